import type { RandomAdapter } from '../random-model.js';
import type { RowGroup } from '../row.js';
import { measuredShapes, type ShapeName } from '../shapes.js';
import { startEngine } from '../training-process.js';

const variants = {
  full: undefined,
  float32: { base: 'float32', dropout: 0 },
  stored: { base: 'stored', dropout: 0 },
  int8: { base: 'int8', dropout: 0 },
  dropout: { base: 'float32', dropout: 0.05 },
} satisfies Record<string, RandomAdapter | undefined>;

type Variant = keyof typeof variants;
const names = Object.keys(variants) as Variant[];
const steps = 3;

interface Measured {
  readonly processorSeconds: number;
  readonly peak: number;
  readonly planned: number;
}

async function measure(shape: ShapeName, adapter: RandomAdapter | undefined): Promise<Measured> {
  const job = { shape, rule: 'sft', response: 1, keptShare: 1 } as const;
  const training = await startEngine({ ...job, ...(adapter === undefined ? {} : { adapter }) });
  for (let step = 0; step < steps; step++) await training.step();
  const { processorSeconds, peak, planned } = await training.end();
  if (processorSeconds === undefined || planned === undefined) throw new Error('the engine tells no time or plan');
  return { processorSeconds, peak, planned };
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/**
 * LoRA of rank 8 on every linear map against training all parameters, sft on all tokens: processor time of a step, and memory. A process
 * for each variant, one after the other.
 */
export function loraRows(name: string, shapeName: ShapeName): RowGroup {
  const { label } = measuredShapes[shapeName];
  const texts = {
    time: `processor time of a step of all parameters / of LoRA, rank 8, all-linear, ${label}`,
    memory: `peak memory of LoRA with an int8 base / of training all parameters, ${label}`,
    int8: `processor time of a step of LoRA with an int8 base / with a float32 base, ${label}`,
    plan: `planned memory off the measured peak, LoRA, ${label}`,
  };
  return {
    name,
    title: Object.values(texts).join('; '),
    async measure() {
      const all = {} as Record<Variant, Measured>;
      for (const own of names) all[own] = await measure(shapeName, variants[own]);
      const list = (of: (measured: Measured) => string): string =>
        names.map((own) => `${own} ${of(all[own])}`).join(', ');
      const off = names.map((own) => Math.abs(all[own].planned / all[own].peak - 1));
      return [
        {
          what: texts.time,
          measured: all.full.processorSeconds / all.float32.processorSeconds,
          asked: { atLeast: 1.3 },
          detail: `seconds: ${list(({ processorSeconds }) => processorSeconds.toFixed(2))}`,
        },
        {
          what: texts.memory,
          measured: all.int8.peak / all.full.peak,
          asked: { atMost: 0.5 },
          detail: `MiB: ${list(({ peak }) => mebibytes(peak))}`,
        },
        {
          what: texts.int8,
          measured: all.int8.processorSeconds / all.float32.processorSeconds,
          asked: { atMost: 1.15 },
          detail: `seconds: ${list(({ processorSeconds }) => processorSeconds.toFixed(2))}`,
        },
        {
          what: texts.plan,
          measured: Math.max(...off),
          asked: { atMost: 0.15 },
          detail: `MiB: ${list(({ planned, peak }) => `${mebibytes(planned)} of ${mebibytes(peak)}`)}`,
        },
      ];
    },
  };
}

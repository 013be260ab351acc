import { list, runs } from '../measured-step.js';
import { median } from '../median.js';
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

interface Measured {
  readonly seconds: readonly number[];
  readonly peak: number;
  readonly planned: number;
}

/** Interleaved steps of a process for each variant: what one pays for the machine's mood, the others pay too. */
async function measureAll(shape: ShapeName): Promise<Record<Variant, Measured>> {
  const job = { shape, rule: 'sft', response: 1, keptShare: 1 } as const;
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Variant, number[]>;
  const ends = new Map<Variant, Pick<Measured, 'peak' | 'planned'>>();
  const processes = [];
  for (const name of names) {
    const adapter = variants[name];
    processes.push({ name, training: await startEngine({ ...job, ...(adapter === undefined ? {} : { adapter }) }) });
  }
  for (let run = 0; run < runs; run++) {
    for (const { name, training } of processes) times[name].push(await training.step());
  }
  for (const { name, training } of processes) {
    const { peak, planned } = await training.end();
    if (planned === undefined) throw new Error('the engine has no plan of its memory');
    ends.set(name, { peak, planned });
  }
  const measured = names.map((name) => [
    name,
    { seconds: times[name], ...(ends.get(name) as Pick<Measured, 'peak' | 'planned'>) },
  ]);
  return Object.fromEntries(measured) as Record<Variant, Measured>;
}

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** LoRA of rank 8 on every linear map against training all parameters, sft on all tokens: time and memory. */
export function loraRows(name: string, shapeName: ShapeName): RowGroup {
  const { label } = measuredShapes[shapeName];
  const texts = {
    time: `a step of all parameters / a step of LoRA, rank 8, all-linear, ${label}`,
    memory: `peak memory of LoRA with an int8 base / of training all parameters, ${label}`,
    int8: `a step of LoRA with an int8 base / with a float32 base, ${label}`,
    plan: `planned memory off the measured peak, LoRA, ${label}`,
  };
  return {
    name,
    title: Object.values(texts).join('; '),
    async measure() {
      const all = await measureAll(shapeName);
      const ratios = (a: Variant, b: Variant): number[] =>
        all[a].seconds.map((seconds, run) => seconds / all[b].seconds[run]);
      const seconds = names.map((own) => `${own} ${median([...all[own].seconds]).toFixed(3)} s`).join(', ');
      const peaks = names.map((own) => `${own} ${mebibytes(all[own].peak)}`).join(', ');
      const plans = names.map((own) => `${own} ${mebibytes(all[own].planned)} of ${mebibytes(all[own].peak)}`);
      return [
        {
          what: texts.time,
          measured: median(ratios('full', 'float32')),
          asked: { atLeast: 1.3 },
          detail: `${seconds}; ratios ${list(ratios('full', 'float32'))}`,
        },
        {
          what: texts.memory,
          measured: all.int8.peak / all.full.peak,
          asked: { atMost: 0.5 },
          detail: `MiB: ${peaks}`,
        },
        {
          what: texts.int8,
          measured: median(ratios('int8', 'float32')),
          asked: { atMost: 1.15 },
          detail: `ratios ${list(ratios('int8', 'float32'))}`,
        },
        {
          what: texts.plan,
          measured: Math.max(...names.map((own) => Math.abs(all[own].planned / all[own].peak - 1))),
          asked: { atMost: 0.15 },
          detail: `MiB: ${plans.join(', ')}`,
        },
      ];
    },
  };
}

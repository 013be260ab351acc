import { neededMemory } from '../needed-memory.js';
import type { RowGroup } from '../row.js';
import { measuredShapes, type ShapeName } from '../shapes.js';
import { startEngine } from '../training-process.js';

const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);

/** Peak and planned memory of a process that only trains with sft on all tokens. */
async function measure(shape: ShapeName, memoryBytes?: number): Promise<{ peak: number; planned: number }> {
  const training = await startEngine({ shape, rule: 'sft', response: 1, keptShare: 1, memoryBytes });
  for (let step = 0; step < 2; step++) await training.step();
  const { peak, planned } = await training.end();
  if (planned === undefined) throw new Error('the engine has no plan of its memory');
  return { peak, planned };
}

/**
 * Peak resident memory of a process that is allowed `limit` × what has to be in memory, and the engine's plan beside the peak, with that
 * limit and without one.
 */
export function memoryRows(name: string, shapeName: ShapeName, limit: number): RowGroup {
  const shape = measuredShapes[shapeName];
  const peakText =
    `peak memory with --memory at ${limit} × / (weights + gradients + two moments + layer inputs + one layer’s activations + ` +
    `one head chunk), ${shape.label}`;
  const planText = `planned memory off the measured peak, ${shape.label}`;
  return {
    name,
    title: `${peakText}; ${planText}`,
    async measure() {
      const parts = neededMemory(shape.config, shape.rows, shape.columns);
      const needed = Object.values(parts).reduce((sum, bytes) => sum + bytes, 0);
      const limited = await measure(shapeName, limit * needed);
      const free = await measure(shapeName);
      const off = ({ peak, planned }: typeof free): number => Math.abs(planned / peak - 1);
      const texts = [limited, free].map(({ peak, planned }) => `${mebibytes(planned)} of ${mebibytes(peak)} MiB`);
      return [
        {
          what: peakText,
          measured: limited.peak / needed,
          asked: { atMost: limit },
          detail: `${mebibytes(limited.peak)} MiB of ${mebibytes(needed)} = ${Object.values(parts).map(mebibytes).join(' + ')} MiB`,
        },
        {
          what: planText,
          measured: Math.max(off(limited), off(free)),
          asked: { atMost: 0.15 },
          detail: `with the limit ${texts[0]}, without ${texts[1]}`,
        },
      ];
    },
  };
}

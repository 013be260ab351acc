import { neededMemory } from '../needed-memory.js';
import type { RowGroup } from '../row.js';
import { measuredShapes, type ShapeName } from '../shapes.js';
import { startEngine } from '../training-process.js';

/** Peak resident memory of a process that only trains, over what has to be in memory. */
export function memoryRows(name: string, shapeName: ShapeName, asked: number): RowGroup {
  const shape = measuredShapes[shapeName];
  const what =
    'peak memory / (weights + gradients + two moments + layer inputs + one layer’s activations + one head chunk), ' +
    shape.label;
  return {
    name,
    title: what,
    async measure() {
      const training = await startEngine({ shape: shapeName, rule: 'sft', response: 1, keptShare: 1 });
      for (let step = 0; step < 2; step++) await training.step();
      const { peak } = await training.end();
      const parts = neededMemory(shape.config, shape.rows, shape.columns);
      const needed = parts.state + parts.layerInputs + parts.layerActivations + parts.headChunk;
      const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0);
      const sum = Object.values(parts).map(mebibytes).join(' + ');
      return [
        {
          what,
          measured: peak / needed,
          asked: { atMost: asked },
          detail: `${mebibytes(peak)} MiB of ${mebibytes(needed)} = ${sum} MiB`,
        },
      ];
    },
  };
}

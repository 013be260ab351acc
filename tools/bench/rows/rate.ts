import { sft } from '@profit-sft/masking';
import { matmulMeter } from '../matmul-rate.js';
import { list, runs, stepOf } from '../measured-step.js';
import { median } from '../median.js';
import { stepFlops } from '../program-flops.js';
import { defaultOptions, randomBatch, randomModel } from '../random-model.js';
import type { RowGroup } from '../row.js';
import { measuredShapes, type ShapeName } from '../shapes.js';
import { trainingStep } from '../training-step.js';

/** Executed floating-point rate of a whole training step over the rate of a 1024³ matrix product in the same runtime. */
export function rateRows(name: string, shapeName: ShapeName, asked: number): RowGroup {
  const shape = measuredShapes[shapeName];
  const what = `executed rate of a training step / 1024³ matrix product, ${shape.label}`;
  return {
    name,
    title: what,
    async measure() {
      const model = randomModel(shape.config, defaultOptions);
      const batch = randomBatch(shape.config, shape.rows, shape.columns);
      const scored = batch.scored.length;
      const flops = stepFlops(shape.config, stepOf(shape, scored, scored));
      const meter = await matmulMeter(1024);
      await trainingStep(model, batch, sft());
      const rates: number[] = [];
      const seconds: number[] = [];
      const ratios: number[] = [];
      for (let i = 0; i < runs; i++) {
        const before = await meter();
        const time = await trainingStep(model, batch, sft());
        const rate = (before + (await meter())) / 2;
        rates.push(rate);
        seconds.push(time);
        ratios.push(flops / time / rate);
      }
      await model.dispose();
      const time = median(seconds);
      return [
        {
          what,
          measured: median(ratios),
          asked: { atLeast: asked },
          detail:
            `${((shape.rows * shape.columns) / time).toFixed(0)} tokens/s, ${(flops / time / 1e9).toFixed(0)} GFLOP/s ` +
            `of ${(median(rates) / 1e9).toFixed(0)}; ratios ${list(ratios)}`,
        },
      ];
    },
  };
}

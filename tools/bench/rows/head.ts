import { profit, sft } from '@profit-sft/masking';
import { keptThreshold } from '../kept-threshold.js';
import { list, runs, stepOf } from '../measured-step.js';
import { median } from '../median.js';
import { stepFlops } from '../program-flops.js';
import { defaultOptions, randomBatch, randomModel } from '../random-model.js';
import type { RowGroup } from '../row.js';
import { measuredShapes, type ShapeName } from '../shapes.js';
import { trainingStep } from '../training-step.js';

/**
 * A profit step that keeps 30 % of all tokens against a dense-head sft step, which computes the head of every token.
 * `response` is the share of each row's tokens that are scored; the rest is prompt. The limit is the ratio of the two steps'
 * matrix products: what is left to gain shrinks as more tokens are scored, since each needs the head's forward pass.
 */
export function headRows(
  name: string,
  shapeName: ShapeName,
  response: number,
  asked: number | 'most of the limit',
): RowGroup {
  const shape = measuredShapes[shapeName];
  const { config, rows, columns } = shape;
  const scoredText = response === 1 ? 'all response' : `${100 * response} % response`;
  const what = `profit keeping 30 % of the tokens / dense-head sft, ${shape.label}, ${scoredText}`;
  return {
    name,
    title: what,
    async measure() {
      const model = randomModel(config, defaultOptions);
      const dense = randomBatch(config, rows, columns);
      const scored = randomBatch(config, rows, columns, response);
      const kept = Math.round(0.3 * rows * columns);
      const rule = profit({ threshold: await keptThreshold(model, scored, kept) });
      const all = dense.scored.length;
      const limit =
        stepFlops(config, stepOf(shape, all, all)) / stepFlops(config, stepOf(shape, scored.scored.length, kept));
      const steps = {
        sft: () => trainingStep(model, dense, sft()),
        profit: () => trainingStep(model, scored, rule),
      };
      for (const step of Object.values(steps)) await step();
      const times: Record<keyof typeof steps, number[]> = { sft: [], profit: [] };
      const ratios: number[] = [];
      for (let i = 0; i < runs; i++) {
        times.sft.push(await steps.sft());
        times.profit.push(await steps.profit());
        ratios.push(times.sft[i] / times.profit[i]);
      }
      await model.dispose();
      const rate = (seconds: number[]): string => `${((rows * columns) / median(seconds)).toFixed(0)} tokens/s`;
      return [
        {
          what,
          measured: median(ratios),
          asked: { atLeast: asked === 'most of the limit' ? 0.9 * limit : asked },
          detail:
            `${limit.toFixed(2)} if only matrix products cost; sft ${rate(times.sft)}, profit ${rate(times.profit)}; ` +
            `ratios ${list(ratios)}`,
        },
      ];
    },
  };
}

import { modelSignalNames, type ModelSignalName, type TokenBatch } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';
import { sft } from '@profit-sft/masking';
import { runs } from '../measured-step.js';
import { median } from '../median.js';
import { defaultOptions, randomBatch, randomModel } from '../random-model.js';
import type { RowGroup } from '../row.js';
import { smolLm2 } from '../shapes.js';
import { trainingStep } from '../training-step.js';
import { everySignal, weighingCosts } from '../weighing-cost.js';

const what = 'time of the slowest rule’s weighing / a training step, SmolLM2-135M shape, 512 response tokens';
const optionalSignals = modelSignalNames.filter((name) => name !== 'logProb');

async function scoringTime(model: EngineModel, batch: TokenBatch, needs: readonly ModelSignalName[]): Promise<number> {
  const start = performance.now();
  await model.score(batch, needs);
  return (performance.now() - start) / 1000;
}

/** The slowest rule's own arithmetic, and the most that computing the optional signals adds to a pass, as shares of a whole step. */
export const weighingRows: RowGroup = {
  name: 'weighing',
  title: what,
  async measure() {
    const model = randomModel(smolLm2, defaultOptions);
    const batch = randomBatch(smolLm2, 1, 513);
    await trainingStep(model, batch, sft());
    const steps: number[] = [];
    const signalShares: Record<string, number[]> = Object.fromEntries(optionalSignals.map((name) => [name, []]));
    for (let i = 0; i < runs; i++) {
      const step = await trainingStep(model, batch, sft());
      steps.push(step);
      const plain = await scoringTime(model, batch, []);
      for (const name of optionalSignals)
        signalShares[name].push(((await scoringTime(model, batch, [name])) - plain) / step);
    }
    const costs = weighingCosts(everySignal(await model.score(batch)));
    await model.dispose();
    const step = median(steps);
    const slowest = costs.reduce((a, b) => (b.seconds > a.seconds ? b : a));
    const signals = optionalSignals.map((name) => `${name} ${(100 * median(signalShares[name])).toFixed(1)} %`);
    return [
      {
        what,
        measured: slowest.seconds / step,
        asked: { atMost: 0.01 },
        detail:
          `${slowest.rule}, of ${costs.length} rules: ${(1e6 * slowest.seconds).toFixed(0)} µs of ${(1000 * step).toFixed(0)} ms; ` +
          `signals beside log p add to the step: ${signals.join(', ')}`,
      },
    ];
  },
};

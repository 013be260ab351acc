import { createRandom } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';
import { matrixVectorMeter } from '../matrix-vector-meter.js';
import { list } from '../measured-step.js';
import { median } from '../median.js';
import { defaultOptions, randomModel } from '../random-model.js';
import type { RowGroup } from '../row.js';
import { smolLm2 } from '../shapes.js';

const newTokens = 256;
const promptTokens = 16;
const batchSize = 16;
/** Fewer than elsewhere: one run takes 256 passes over the weights. */
const runs = 3;

const shape = `SmolLM2-135M shape, ${newTokens} new tokens, greedy`;
const single = `generation, batch 1: time / its bare matrix-vector products, ${shape}`;
const batched = `generation: throughput of batch ${batchSize} / of batch 1, ${shape}`;

/** Seconds to continue so many prompts by `newTokens` tokens each. */
async function generationTime(model: EngineModel, sequences: number): Promise<number> {
  const random = createRandom(0, 'bench prompts');
  const prompts = Array.from({ length: sequences }, () =>
    Int32Array.from({ length: promptTokens }, () => random.integer(smolLm2.vocabularySize)),
  );
  const start = performance.now();
  await model.generate(prompts, { maxTokens: newTokens, temperature: 0, endIds: [] });
  return (performance.now() - start) / 1000;
}

/** Greedy generation with a key/value cache. */
export const generationRows: RowGroup = {
  name: 'generation',
  title: `${single}; ${batched}`,
  async measure() {
    const model = randomModel(smolLm2, defaultOptions);
    const meter = await matrixVectorMeter(model);
    await generationTime(model, 1);
    const overBare: number[] = [];
    const speedUps: number[] = [];
    const bareTimes: number[] = [];
    const tokenRates: number[] = [];
    for (let run = 0; run < runs; run++) {
      const before = await meter.measure();
      const one = await generationTime(model, 1);
      const bare = (before + (await meter.measure())) / 2;
      const many = await generationTime(model, batchSize);
      bareTimes.push(bare);
      tokenRates.push(newTokens / one);
      overBare.push(one / newTokens / bare);
      speedUps.push((batchSize * one) / many);
    }
    const { bytes } = meter;
    await meter.release();
    await model.dispose();
    const gigabytes = (bytes / 1e9 / median(bareTimes)).toFixed(1);
    const rate = median(tokenRates);
    return [
      {
        what: single,
        measured: median(overBare),
        asked: { atMost: 1.3 },
        detail:
          `${rate.toFixed(1)} tokens/s; bare products ${(1000 * median(bareTimes)).toFixed(1)} ms a token, ` +
          `${gigabytes} GB/s of weights; ratios ${list(overBare)}`,
      },
      {
        what: batched,
        measured: median(speedUps),
        asked: { atLeast: 5 },
        detail: `${(rate * median(speedUps)).toFixed(0)} tokens/s; ratios ${list(speedUps)}`,
      },
    ];
  },
};

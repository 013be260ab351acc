import {
  defaultTopK,
  type ModelSignalName,
  type PassOptions,
  type TokenBatch,
  type TokenSignals,
} from '@profit-sft/core';
import { tokenSignals } from '@profit-sft/engine';
import type { ExportedModel } from '../model/exported-model.js';
import { crossEntropyOfRow, logSoftmax, signalsOfRow } from './row-signals.js';
import { unpackBatch } from './unpack-batch.js';
import { visitLogits } from './visit-logits.js';

/** Signals of a batch's scored tokens, and their `crossEntropy` where a `distribution` is given. */
export async function scoreBatch(
  model: ExportedModel,
  batch: TokenBatch,
  needs: readonly ModelSignalName[],
  { topK = defaultTopK, distribution, reference }: PassOptions,
): Promise<TokenSignals> {
  const { length, target } = batch.scored;
  const names = [...new Set<ModelSignalName>(['logProb', ...needs])];
  const arrays = names.map(() => new Float32Array(length));
  const crossEntropy = distribution === undefined ? undefined : new Float32Array(length);
  await visitLogits(model, unpackBatch(batch, model.maxPositions), async ({ first, count, row }) => {
    for (let index = 0; index < count; index++) {
      const values = signalsOfRow(row(index), target[first + index], names, topK);
      values.forEach((value, name) => (arrays[name][first + index] = value));
    }
    if (crossEntropy === undefined) return;
    if (distribution?.towards === 'reference') {
      if (reference === undefined) throw new Error('a distribution towards a reference needs the reference');
      const logProbs = await reference.logProbs(first, count);
      const width = logProbs.length / count;
      for (let index = 0; index < count; index++) {
        const towards = logProbs.subarray(index * width, (index + 1) * width);
        crossEntropy[first + index] = crossEntropyOfRow(row(index), towards);
      }
      return;
    }
    const temperature = distribution?.temperature ?? 1;
    for (let index = 0; index < count; index++) {
      const logits = row(index);
      const tempered = logits.map((logit) => logit / temperature);
      logSoftmax(tempered, tempered);
      crossEntropy[first + index] = crossEntropyOfRow(logits, tempered);
    }
  });
  const signals = Object.fromEntries(names.map((name, index) => [name, arrays[index]]));
  return tokenSignals(batch, {
    ...(signals as { logProb: Float32Array }),
    ...(crossEntropy === undefined ? {} : { crossEntropy }),
  });
}

import { createRandom, type Example, type TokenSignals, type TokenVocabulary } from '@profit-sft/core';
import { packExamples } from '@profit-sft/datasets';
import { concatenateSignals } from './concatenate-signals.js';
import { scoreSignals, type SignalSources } from './rule-signals.js';
import { assertFiniteSignals } from './token-totals.js';

export interface PreparationInputs extends SignalSources {
  /** All sequences of the training data. */
  readonly examples: readonly Example[];
  readonly vocabulary?: TokenVocabulary | undefined;
  readonly microBatchTokens: number;
  readonly packing: boolean;
}

/** Sequences packed together; bounds the time of packing. */
const packedTogether = 512;

/** Shows a rule the signals of the whole training set under the model as it is, before the first step. */
export async function prepareRule(
  inputs: PreparationInputs,
  run: {
    readonly seed: number;
    readonly totalSteps: number;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<void> {
  const { rule, examples, vocabulary, microBatchTokens: maxTokens, packing } = inputs;
  const parts: TokenSignals[] = [];
  for (let first = 0; first < examples.length; first += packedTogether) {
    const part = examples.slice(first, first + packedTogether);
    for (const batch of packExamples(part, { maxTokens, packing, firstSequence: first })) {
      const signals = await scoreSignals(inputs, batch, { examples });
      assertFiniteSignals(signals, 0);
      parts.push(signals);
    }
    run.onProgress?.(first + part.length, examples.length);
  }
  rule.prepare?.(concatenateSignals(parts), {
    step: 0,
    totalSteps: run.totalSteps,
    random: createRandom(run.seed, 'masking', 'preparation'),
    sources: examples.map(({ source }) => source),
    ...(vocabulary === undefined ? {} : { vocabulary }),
  });
}

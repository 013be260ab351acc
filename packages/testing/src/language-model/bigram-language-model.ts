import { createRandom, modelSignalNames, type TokenSignals, type TrainableModel } from '@profit-sft/core';
import { continuePrompts, type PromptDecoder } from '@profit-sft/engine';
import { signalsOfToken } from '../softmax-model/signals-of-token.js';
import { logSoftmax } from '../softmax-model/log-softmax.js';
import { tokenSignals } from '../signals/token-signals.js';

function refuses(what: string): () => never {
  return () => {
    throw new Error(`an evaluator must not call ${what}: it measures the model and leaves it as it is`);
  };
}

const maxPositions = 4096;
/** Places for prompts, fewer than an evaluator may give at once. */
const budget = { sequences: 16, tokens: Infinity };

/** Decodes with nothing kept but the newest tokens' rows of logits. */
function bigramDecoder(logProbs: readonly Float64Array[]): PromptDecoder {
  const logitsBehind = (tokens: readonly number[]): Promise<Float32Array> =>
    Promise.resolve(Float32Array.from(tokens.flatMap((token) => [...logProbs[token]])));
  return {
    add: (prompts) => logitsBehind(prompts.map((prompt) => prompt[prompt.length - 1])),
    step: (tokens) => logitsBehind([...tokens]),
    keep: () => Promise.resolve(),
    release: () => undefined,
  };
}

/**
 * A language model whose next token depends on the present one, by seeded normal logits: enough to score and to generate
 * with every option, and with the same numbers on every machine. It cannot be trained.
 */
export function bigramLanguageModel(vocabularySize: number, endId: number, seed = 0): TrainableModel {
  const logProbs = Array.from({ length: vocabularySize }, (_, previous) => {
    const random = createRandom(seed, 'testing', 'bigram', previous);
    const logits = Float64Array.from({ length: vocabularySize }, () => 2 * random.normal());
    // So that texts end before long.
    logits[endId] += 3;
    return logSoftmax(logits);
  });
  return {
    description: {
      architecture: 'bigram',
      parameterCount: vocabularySize ** 2,
      vocabularySize,
      maxPositions,
      endIds: [endId],
      runtime: 'testing kit',
      signals: modelSignalNames,
      distributionTerms: [],
    },
    async score({ tokens, scored }, needs, { topK = 20 } = {}): Promise<TokenSignals> {
      const values = Array.from({ length: scored.length }, (_, index) =>
        signalsOfToken(logProbs[tokens[scored.source[index]]], scored.target[index], topK),
      );
      return tokenSignals({
        logProb: values.map(({ logProb }) => logProb),
        sequence: scored.sequence,
        position: scored.position,
        tokenId: scored.target,
        ...Object.fromEntries(needs.map((name) => [name, values.map((value) => value[name])])),
      });
    },
    generate: (prompts, options) =>
      continuePrompts(
        {
          ...{ vocabularySize, maxPositions, budget },
          endIds: [endId],
          decoder: () => bigramDecoder(logProbs),
        },
        prompts,
        options,
      ),
    forward: refuses('forward'),
    backward: refuses('backward'),
    update: refuses('update'),
    clearGradients: refuses('clearGradients'),
    distributions: refuses('distributions'),
    save: refuses('save'),
    saveState: refuses('saveState'),
    loadState: refuses('loadState'),
    dispose: refuses('dispose'),
  };
}

import { createRandom, modelSignalNames, type Random, type TokenSignals, type TrainableModel } from '@profit-sft/core';
import { signalsOfToken } from '../softmax-model/signals-of-token.js';
import { logSoftmax } from '../softmax-model/log-softmax.js';
import { tokenSignals } from '../signals/token-signals.js';

function refuses(what: string): () => never {
  return () => {
    throw new Error(`an evaluator must not call ${what}: it measures the model and leaves it as it is`);
  };
}

function drawn(probabilities: readonly number[], random: Random): number {
  let left = random.next();
  const id = probabilities.findIndex((probability) => (left -= probability) < 0);
  return id < 0 ? probabilities.length - 1 : id;
}

/**
 * A language model whose next token depends on the present one, by seeded normal logits: enough to score and to generate,
 * greedily and by sampling, with the same numbers on every machine. It cannot be trained.
 */
export function bigramLanguageModel(vocabularySize: number, endId: number, seed = 0): TrainableModel {
  const logProbs = Array.from({ length: vocabularySize }, (_, previous) => {
    const random = createRandom(seed, 'testing', 'bigram', previous);
    const logits = Float64Array.from({ length: vocabularySize }, () => 2 * random.normal());
    // So that texts end before long.
    logits[endId] += 3;
    return logSoftmax(logits);
  });
  const mostProbable = (previous: number): number => {
    const row = logProbs[previous];
    return row.indexOf(row.reduce((a, b) => Math.max(a, b)));
  };
  const next = (previous: number, temperature: number, random: Random): number =>
    temperature === 0
      ? mostProbable(previous)
      : drawn([...logSoftmax(logProbs[previous], temperature)].map(Math.exp), random);
  return {
    description: {
      architecture: 'bigram',
      parameterCount: vocabularySize ** 2,
      vocabularySize,
      maxPositions: 4096,
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
    async generate(prompts, { maxTokens, temperature = 0, seed: drawSeed = 0, endIds = [endId] }) {
      return prompts.map((prompt, index) => {
        const random = createRandom(drawSeed, 'testing', 'generate', index);
        const generated: number[] = [];
        for (let previous = prompt[prompt.length - 1]; generated.length < maxTokens;) {
          previous = next(previous, temperature, random);
          if (endIds.includes(previous)) return { tokens: Int32Array.from(generated), finishReason: 'stop' as const };
          generated.push(previous);
        }
        return { tokens: Int32Array.from(generated), finishReason: 'length' as const };
      });
    },
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

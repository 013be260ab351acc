import type { Dataset, EvaluationContext, Row, Tokenizer, TrainableModel } from '@profit-sft/core';
import { oneBatchEach } from '@profit-sft/testing';

/** Characters as tokens; the last id ends a text. */
export function characterTokenizer(alphabet: string): Pick<Tokenizer, 'encode' | 'decode'> & { endId: number } {
  const characters = [...alphabet];
  return {
    endId: characters.length,
    encode: (text) => Int32Array.from([...text], (character) => characters.indexOf(character)),
    decode: (tokens) => Array.from(tokens, (token) => characters[token] ?? '').join(''),
  };
}

/**
 * A bigram language model given by its table of probabilities (`probability[previous][next]`): enough of a model to
 * score and to generate greedily, with every number known by hand.
 */
export function bigramLanguageModel(
  probability: readonly (readonly number[])[],
  endId: number,
): Pick<TrainableModel, 'score' | 'generate' | 'description'> {
  const mostProbable = (previous: number): number => probability[previous].indexOf(Math.max(...probability[previous]));
  return {
    description: { maxPositions: 4096, runtime: 'bigram' } as TrainableModel['description'],
    score: async ({ tokens, scored }) => ({
      length: scored.length,
      logProb: Float32Array.from({ length: scored.length }, (_, index) =>
        Math.log(probability[tokens[scored.source[index]]][scored.target[index]]),
      ),
      sequence: scored.sequence,
      position: scored.position,
      tokenId: scored.target,
    }),
    generate: async (prompts, { maxTokens }) =>
      prompts.map((prompt) => {
        const generated: number[] = [];
        for (let previous = prompt[prompt.length - 1]; generated.length < maxTokens;) {
          previous = mostProbable(previous);
          if (previous === endId) return { tokens: Int32Array.from(generated), finishReason: 'stop' as const };
          generated.push(previous);
        }
        return { tokens: Int32Array.from(generated), finishReason: 'length' as const };
      }),
  };
}

export function datasetOf(rows: readonly Row[]): Dataset {
  return {
    length: rows.length,
    row: (index) => rows[index],
    origin: (index) => `rows.jsonl:${index + 1}`,
    fingerprint: JSON.stringify(rows),
  };
}

export function contextOf(parts: Partial<EvaluationContext>): EvaluationContext {
  return { seed: 1, pack: oneBatchEach, examples: [], ...parts } as EvaluationContext;
}

import type { EvaluationContext, FrozenModel, Row, Tokenizer } from '@profit-sft/core';

/** Tokens that are UTF-16 units, so that any text can be written. */
const tokenizer = {
  ...{ vocabularySize: 65_536, beginId: undefined, endId: undefined, specialIds: [], hasChatTemplate: false },
  encode: (text: string) => Int32Array.from({ length: text.length }, (_, index) => text.charCodeAt(index)),
  decode: (tokens: ArrayLike<number>) => Array.from(tokens, (token) => String.fromCharCode(token)).join(''),
  tokenText: (token: number) => String.fromCharCode(token),
} as unknown as Tokenizer;

/** What an evaluator is given: rows, and a model that answers each prompt with `text`. */
export function writingContext(rows: readonly Row[], text: string): EvaluationContext {
  const model = {
    description: { maxPositions: 1_000_000, runtime: 'fuzzing' },
    generate: (prompts: readonly unknown[]) =>
      Promise.resolve(prompts.map(() => ({ tokens: tokenizer.encode(text), finishReason: 'stop' as const }))),
  } as unknown as FrozenModel;
  return {
    model,
    tokenizer,
    dataset: {
      length: rows.length,
      row: (index) => rows[index],
      origin: (index) => `rows:${index + 1}`,
      fingerprint: 'rows',
    },
    examples: [],
    pack: () => [],
    encodePrompt: (row) => {
      const of = typeof row === 'number' ? rows[row] : row;
      return tokenizer.encode('prompt' in of ? of.prompt : '');
    },
    seed: 0,
  };
}

import type { Example, Tokenizer, TracedExample } from '@profit-sft/core';

/** What a person sees of each token of an example, and which of them are targets. */
export function tracedTexts(
  example: Example,
  tokenizer: Tokenizer,
): Required<Pick<TracedExample, 'texts' | 'targets'>> {
  const texts = Array.from(example.tokens, (token) => tokenizer.tokenText(token));
  return { texts, targets: [...texts.keys()].filter((index) => example.target[index] === 1) };
}

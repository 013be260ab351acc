import type { LabelledSpan } from '@profit-sft/core';
import type { Word } from './split-words.js';

/** Labelled words as spans: neighbours of one label are joined, with the white space between them. */
export function spansOfWords(words: readonly Word[], isCore: (word: number) => boolean): LabelledSpan[] {
  const spans: LabelledSpan[] = [];
  for (const [index, { start, end }] of words.entries()) {
    const label = isCore(index) ? 'core' : 'trivial';
    const last = spans[spans.length - 1];
    if (last?.label === label) spans[spans.length - 1] = { start: last.start, end, label };
    else spans.push({ start, end, label });
  }
  return spans;
}

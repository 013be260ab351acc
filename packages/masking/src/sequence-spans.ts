import type { TokenSignals } from '@profit-sft/core';

/** The tokens `start … end − 1` of `signals`, all of one sequence. */
export interface SequenceSpan {
  readonly sequence: number;
  readonly start: number;
  readonly end: number;
}

/** Signals are in order of sequence and position, so that each sequence is one run of tokens. */
export function sequenceSpans({ sequence, length }: TokenSignals): SequenceSpan[] {
  const spans: SequenceSpan[] = [];
  for (let start = 0, end = 0; start < length; start = end) {
    while (end < length && sequence[end] === sequence[start]) end++;
    spans.push({ sequence: sequence[start], start, end });
  }
  return spans;
}

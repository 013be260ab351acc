import { AnnotationError, type LabelledSpan, type SpanLabel, type Tokenizer } from '@profit-sft/core';
import { tokenOffsets } from './token-offsets.js';

/** A target token with its label; `undefined` for one that no label covers, such as the end token. */
export interface LabelledToken {
  /** Index in the sequence. */
  readonly index: number;
  /** Its characters [start, end) of the response; both -1 outside of it. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly label: SpanLabel | undefined;
}

/**
 * The label that covers most of the characters [start, end), white space not counted where there is anything else; of two that
 * cover as many, `core`. `undefined` where none covers any.
 */
export function labelOfRange(
  response: string,
  spans: readonly LabelledSpan[],
  start: number,
  end: number,
): SpanLabel | undefined {
  const count = { core: 0, trivial: 0 };
  const blank = response.slice(start, end).trim() === '';
  for (const span of spans) {
    for (let at = Math.max(start, span.start); at < Math.min(end, span.end); at++) {
      if (blank || response[at].trim() !== '') count[span.label]++;
    }
  }
  if (count.core === 0 && count.trivial === 0) return undefined;
  return count.core >= count.trivial ? 'core' : 'trivial';
}

/**
 * The target tokens of an encoded row with the labels of the response's spans. A token belongs to the label that covers most of
 * its characters, see `labelOfRange`.
 *
 * @param tokens the whole sequence, prompt and response
 * @param target 1 for a target token; as long as `tokens`
 * @throws AnnotationError when the response's text is not found in that of the tokens
 */
export function labelTokens(
  tokenizer: Tokenizer,
  tokens: Int32Array,
  target: Uint8Array,
  response: string,
  spans: readonly LabelledSpan[],
): LabelledToken[] {
  const offsets = tokenOffsets(tokenizer, tokens);
  const wanted = response.trim();
  // The last place: a prompt may hold the same text. Where the sequence was cut, its beginning is all there is of it.
  const found = offsets?.text.lastIndexOf(wanted) ?? -1;
  if (offsets === undefined || found < 0) {
    throw new AnnotationError(
      'the response is not found in the text of its tokens: it was cut, or the tokenizer changes it',
    );
  }
  const shift = found - response.indexOf(wanted);
  const labelled: LabelledToken[] = [];
  for (const [index, marked] of target.entries()) {
    if (marked === 0) continue;
    const start = index === 0 ? 0 : offsets.ends[index - 1];
    const end = offsets.ends[index];
    const within = end - shift > 0 && start - shift < response.length;
    // The pieces of one character share its place: the first of them have none of their own.
    const [from, to] = within
      ? [Math.max(0, start - shift), Math.min(response.length, Math.max(end, start + 1) - shift)]
      : [-1, -1];
    const label = within ? labelOfRange(response, spans, from, to) : undefined;
    labelled.push({ index, start: from, end: to, text: offsets.text.slice(start, end), label });
  }
  return labelled;
}

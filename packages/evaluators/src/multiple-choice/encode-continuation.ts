import { beginTokens, type Tokenizer } from '@profit-sft/core';

/** A text and one of its continuations as ids. */
export interface EncodedContinuation {
  readonly tokens: Int32Array;
  /** Index of the continuation's first token. */
  readonly start: number;
}

/**
 * Encodes a context with a continuation as lm-evaluation-harness does: white space at the context's end goes to the continuation, both are
 * encoded together, and the continuation is what comes behind as many tokens as the context has alone. A token that spans the seam is the
 * context's then.
 *
 * What the tokenizer puts before any text (`<s>`) is put here too; the harness leaves it out unless it is told to add it.
 */
export function encodeContinuation(tokenizer: Tokenizer, context: string, continuation: string): EncodedContinuation {
  const before = context.trimEnd();
  const encode = (text: string): Int32Array => tokenizer.encode(text, { addSpecialTokens: false });
  const begin = beginTokens(tokenizer, context);
  const alone = encode(before);
  const following = encode(context + continuation).subarray(alone.length);
  return {
    tokens: Int32Array.from([...begin, ...alone, ...following]),
    start: begin.length + alone.length,
  };
}

import type { TokenSignals, TokenVocabulary } from '@profit-sft/core';
import { sequenceSpans } from '../sequence-spans.js';

/**
 * Calls `found` with each token after the last occurrence of `text` in its sequence, as the texts of the sequence's scored
 * tokens, joined, have it. A token that holds the end of `text` and more counts as after it.
 */
export function tokensAfterText(
  signals: TokenSignals,
  vocabulary: TokenVocabulary,
  text: string,
  found: (token: number) => void,
): void {
  for (const { start, end } of sequenceSpans(signals)) {
    const texts = Array.from(signals.tokenId.subarray(start, end), (id) => vocabulary.tokenText(id));
    const at = texts.join('').lastIndexOf(text);
    if (at === -1) continue;
    let offset = 0;
    texts.forEach((tokenText, index) => {
      const after = offset >= at + text.length || offset + tokenText.length > at + text.length;
      if (after) found(start + index);
      offset += tokenText.length;
    });
  }
}

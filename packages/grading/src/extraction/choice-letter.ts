/** The letter of a choice as a word of its own, bare or in brackets or bold. */
const letter = String.raw`[(\[*_{]*\b([A-Z])\b(?!['’]\w)`;

/** Ways to state a choice, the surest first. The first whose expression matches gives its last match. */
const statements: readonly RegExp[] = [
  new RegExp(String.raw`\\boxed\s*\{\s*(?:\\text\w*\s*\{)?\s*[(\[]?([A-Z])\b`, 'gu'),
  new RegExp(
    String.raw`\b(?:answer|choice|option|réponse)\b(?:\s+(?:is|are|would|be|must|should|est|for|sure|the|option|choice|therefore|thus|definitely|clearly|most|likely|probably|correct))*\s*[:=]?\s*${letter}`,
    'giu',
  ),
  new RegExp(String.raw`^[^\S\n]*${letter}(?=[^\S\n]*(?:[).:,\]*。、，：]|$|[^\x00-\x7f]))`, 'gmu'),
  // `C Cecile`, `D, because`; an article or a pronoun is followed by a small letter.
  new RegExp(String.raw`^\s*${letter}(?:(?<![AI])(?=[\s,;])|(?=\s+\p{Lu}))`, 'gu'),
  new RegExp(String.raw`[(\[]([A-Z])[)\]]`, 'gu'),
  // As a word of a sentence, `A` and `I` are no choices unless they end it.
  new RegExp(String.raw`(?<![\w'’])([B-HJ-Z]|[AI](?=\s*[.!?]?\s*$))(?![\w'’])`, 'gu'),
];

/**
 * The letter of the option that a response chooses: boxed, after `answer is`, at the start of a line, in brackets, or the last capital
 * that stands alone.
 */
export function choiceLetter(text: string): string | undefined {
  for (const statement of statements) {
    // The first group is the letter; `i` only widens the words around it.
    const found = [...text.matchAll(statement)].map((match) => match[1]).filter((found) => /[A-Z]/u.test(found));
    if (found.length > 0) return found.at(-1);
  }
  return undefined;
}

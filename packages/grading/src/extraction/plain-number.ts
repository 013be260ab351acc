import type { Piece } from './joined.js';

/**
 * A number or fraction in running text that no letter or digit touches from the left: `-5`, `7,425,000`, `1 000`, `2,74`,
 * `.4`, `2/3`, `-10/9`, `12%`. Units and currency signs may follow; a letter that makes it part of a word (`K2A`) may not.
 */
const number = String.raw`(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?: \d{3})+(?![\d])|\d+,\d+(?![,\d])|\d*\.\d+|\d+)`;
const plainNumber = new RegExp(
  String.raw`(?<![\p{Script=Latin}\d_.^\\]|\d[,/])(?:[-−]\s?)?(?:${number})(?:\s?/\s?-?\d+)?(?:\s?\\?%)?(?!\d|\p{Lu})`,
  'gu',
);
/** Right before a number, this is an operator and not its sign: `10-5`. */
const operandBefore = /[\d)]\s*$|\p{L}$/u;

/** The last plain number of a text. */
export function lastPlainNumber(text: string): Piece | undefined {
  let last: Piece | undefined;
  for (const match of text.matchAll(plainNumber)) {
    const isDifference =
      /^[-−]/u.test(match[0]) && operandBefore.test(text.slice(Math.max(0, match.index - 8), match.index));
    const content = (isDifference ? match[0].replace(/^[-−]\s?/u, '') : match[0]).trim();
    last = { content, start: match.index, end: match.index + match[0].length };
  }
  return last;
}

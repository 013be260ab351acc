import { lastJoined, type Piece } from './joined.js';

/**
 * Mathematics set off in a text: `$…$` and `\(…\)` on one line, `$$…$$` and `\[…\]` over several. A dollar sign that is escaped opens
 * nothing.
 */
const environment =
  /(?<!\\)\$\$(?<display>(?:[^$\\]|\\[\s\S])+?)\$\$|\\\[(?<bracket>[\s\S]+?)\\\]|\\\((?<inline>[^\n]+?)\\\)|(?<![\\$])\$(?<dollar>(?:[^$\\\n]|\\[^\n])+?)(?<!\\)\$(?!\d)/gu;

/** Two words in a row, not in a `\text{…}`: prose between two dollar signs that stand for money. */
const prose = /(?<![\\{a-zA-Z])[a-zA-Z]{3,}\s+[a-zA-Z]{3,}/u;

/** The content of the last environment of mathematics that is not empty, with those it is joined to: `$1$ and $2$`. */
export function lastEnvironment(text: string): Piece | undefined {
  const pieces: Piece[] = [];
  for (const match of text.matchAll(environment)) {
    const { groups } = match;
    const content = (groups?.display ?? groups?.bracket ?? groups?.inline ?? groups?.dollar ?? '').trim();
    if (content === '' || prose.test(content.replace(/\\text\w*\{[^{}]*\}/gu, ''))) continue;
    pieces.push({ content, start: match.index, end: match.index + match[0].length });
  }
  return lastJoined(text, pieces);
}

/** Words of three letters and more that no bracket follows, letters of scripts that mathematics does not use, money. */
const words = /\$|(?<![\\a-zA-Z{])[a-zA-Z]{3,}(?![a-zA-Z]*\()|(?![\p{Script=Latin}\p{Script=Greek}])\p{L}/u;

/** A text that is mathematics as a whole, without delimiters: a command of LaTeX or a relation, and no prose. */
export function bareMathematics(text: string): string | undefined {
  const line = text.trim();
  if (line.length > 300 || line.includes('\n') || !/\\[a-zA-Z]|[=<>^]/u.test(line)) return undefined;
  return words.test(line.replace(/\\text\w*\{[^{}]*\}/gu, '')) ? undefined : line;
}

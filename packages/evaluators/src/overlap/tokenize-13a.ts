import { splitWhitespace, strip } from '../ifeval/python-text.js';

/**
 * The words that BLEU counts: the tokenisation of WMT's mteval-v13a.pl, as sacrebleu has it. Punctuation stands by itself, but for full stops and
 * commas between digits.
 */
export function tokenize13a(text: string): string[] {
  let line = strip(text).replaceAll('<skipped>', '').replaceAll('-\n', '').replaceAll('\n', ' ');
  if (line.includes('&')) {
    line = line.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>');
  }
  const spaced = ` ${line} `
    .replace(/([{-~[-` -&(-+:-@/])/gu, ' $1 ')
    .replace(/([^0-9])([.,])/gu, '$1 $2 ')
    .replace(/([.,])([^0-9])/gu, ' $1 $2')
    .replace(/([0-9])(-)/gu, '$1 $2 ');
  return splitWhitespace(spaced);
}

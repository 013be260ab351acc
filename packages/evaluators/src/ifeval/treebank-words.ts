import { isWhitespace, splitWhitespace, whitespace, wordBoundary, wordCharacters } from './python-text.js';

/** The full stop that ends the text, before closing quotes and brackets, as a word of its own. */
function splitFinalPeriod(text: string): string {
  const period = text.lastIndexOf('.');
  if (period < 1 || text[period - 1] === '.') return text;
  let closing = period + 1;
  while (closing < text.length && `])}>"'»”’ `.includes(text[closing])) closing++;
  let end = closing;
  while (end < text.length && isWhitespace(text[end])) end++;
  return end < text.length ? text : `${text.slice(0, period)} . ${text.slice(period + 1, closing)} `;
}

/** Rules in their order, each a pattern and what is put in its place. */
const quotesThatOpen: readonly (readonly [RegExp, string])[] = [
  [/[«“‘„]|`+/g, ' $& '],
  [/^"/, '``'],
  [/``/g, ' `` '],
  [/([ ([{<])(?:"|'{2})/g, '$1 `` '],
  [
    new RegExp(`(?<![${wordCharacters}])'(?!(?:re|ve|ll|m|t|s|d|n)${wordBoundary})(?=[${wordCharacters}])`, 'giu'),
    "' ",
  ],
];

const punctuation: readonly (readonly [RegExp, string])[] = [
  // Not between digits, as in a time or a large number.
  [/([:,])(\P{Nd})/gu, ' $1 $2'],
  [/[:,]$/, ' $& '],
  [/\.{2,}/g, ' $& '],
  [/[;@#$%&\u2012-\u2015?!]/g, ' $& '],
  [/([^'])' /g, "$1 ' "],
  [/[*\][(){}<>]/g, ' $& '],
  [/--/g, ' -- '],
];

const quotesThatClose: readonly (readonly [RegExp, string])[] = [
  [/[»”’]|''/g, ' $& '],
  [/"/g, " '' "],
  [new RegExp(`[${whitespace}]+`, 'g'), ' '],
  [/([^' ])('[sS]|'[mM]|'[dD]|') /g, '$1 $2 '],
  [/([^' ])('ll|'LL|'re|'RE|'ve|'VE|n't|N'T) /g, '$1 $2 '],
];

const contractions: readonly (readonly [RegExp, string])[] = [
  ...[
    ['can', 'not'],
    ['d', "'ye"],
    ['gim', 'me'],
    ['gon', 'na'],
    ['got', 'ta'],
    ['lem', 'me'],
    ['more', "'n"],
  ].map(([start, end]) => [new RegExp(`${wordBoundary}(${start})(${end})${wordBoundary}`, 'giu'), ' $1 $2 '] as const),
  [new RegExp(`${wordBoundary}(wan)(na)(?=[${whitespace}])`, 'giu'), ' $1 $2 '],
  [new RegExp(` ('t)(is|was)${wordBoundary}`, 'giu'), ' $1 $2 '],
];

const replaced = (text: string, rules: readonly (readonly [RegExp, string])[]): string =>
  rules.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);

/**
 * A sentence as words and punctuation, by the conventions of the Penn Treebank as NLTK's `word_tokenize` has them
 * (R. MacIntyre's rules, with typographic quotes): `DON'T` is `DO` and `N'T`, `U.S.` one word.
 */
export function treebankWords(sentence: string): string[] {
  const opened = splitFinalPeriod(replaced(sentence, quotesThatOpen));
  const spaced = ` ${replaced(opened, punctuation)} `;
  return splitWhitespace(replaced(replaced(spaced, quotesThatClose), contractions));
}

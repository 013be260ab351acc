import { countSentences } from './count-sentences.js';
import type { Instruction } from './instruction.js';
import { compareCount } from './instruction-arguments.js';
import { splitWhitespace, strip, whitespace, wordCharacters } from './python-text.js';

const word = new RegExp(`[${wordCharacters}]+`, 'gu');
const paragraphDivider = new RegExp(`[${whitespace}]?\\*\\*\\*[${whitespace}]?`);

export const lengthInstructions: readonly Instruction[] = [
  {
    id: 'length_constraints:number_sentences',
    prepare(given) {
      const [relation, threshold] = [given.relation('relation'), given.count('num_sentences')];
      return async (response) => compareCount(await countSentences(response), relation, threshold);
    },
  },
  {
    // Divided by `***`; an empty paragraph is allowed before the first divider and after the last.
    id: 'length_constraints:number_paragraphs',
    prepare(given) {
      const expected = given.count('num_paragraphs');
      return (response) => {
        const paragraphs = response.split(paragraphDivider).map(strip);
        if (paragraphs.slice(1, -1).includes('')) return false;
        return paragraphs.filter((paragraph) => paragraph !== '').length === expected;
      };
    },
  },
  {
    id: 'length_constraints:number_words',
    prepare(given) {
      const [relation, threshold] = [given.relation('relation'), given.count('num_words')];
      return (response) => compareCount(response.match(word)?.length ?? 0, relation, threshold);
    },
  },
  {
    // Divided by empty lines. Blank paragraphs do not count, but they do when the nth is looked up, as in the official checker.
    id: 'length_constraints:nth_paragraph_first_word',
    prepare(given) {
      const expected = given.count('num_paragraphs', 1);
      const nth = given.count('nth_paragraph', 1);
      if (nth > expected) given.refuse('nth_paragraph', `at most num_paragraphs (${expected})`);
      const first = given.text('first_word').toLowerCase();
      return (response) => {
        const paragraphs = response.split('\n\n').map(strip);
        const count = paragraphs.filter((paragraph) => paragraph !== '').length;
        if (count !== expected || paragraphs[nth - 1] === '') return false;
        const [start] = splitWhitespace(paragraphs[nth - 1].slice(0, longestFirstWord));
        const unquoted = start.replace(/^'*"*/, '');
        return unquoted.split(/[.,?!'"]/, 1)[0].toLowerCase() === first;
      };
    },
  },
];

/** How much of a paragraph its first word is looked for in, in UTF-16 units. */
const longestFirstWord = 1000;

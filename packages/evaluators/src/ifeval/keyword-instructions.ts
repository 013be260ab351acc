import type { Instruction } from './instruction.js';
import { compareCount } from './instruction-arguments.js';
import { literalPattern, strip, wordBoundary } from './python-text.js';

/** A word between word boundaries; the look-ahead spares most positions the test for a boundary. */
const forbiddenWord = (pattern: string): RegExp =>
  new RegExp(`(?=${pattern})${wordBoundary}${pattern}${wordBoundary}`, 'iu');

/**
 * Keywords are taken as they are written. The official checker uses them as regular expressions, which is the same for all
 * prompts of the benchmark and lets a data set hang the grader otherwise.
 */
export const keywordInstructions: readonly Instruction[] = [
  {
    id: 'keywords:existence',
    prepare(given) {
      const patterns = given.texts('keywords').map((keyword) => new RegExp(literalPattern(keyword), 'iu'));
      return (response) => patterns.every((pattern) => pattern.test(response));
    },
  },
  {
    id: 'keywords:frequency',
    prepare(given) {
      const pattern = new RegExp(literalPattern(strip(given.text('keyword'))), 'giu');
      const [relation, frequency] = [given.relation('relation'), given.count('frequency')];
      return (response) => compareCount(response.match(pattern)?.length ?? 0, relation, frequency);
    },
  },
  {
    id: 'keywords:forbidden_words',
    prepare(given) {
      const patterns = given.texts('forbidden_words').map((word) => forbiddenWord(literalPattern(word)));
      return (response) => !patterns.some((pattern) => pattern.test(response));
    },
  },
  {
    // For a "letter" that is none the official checker draws another at random: two prompts ask for `!` and `#`.
    id: 'keywords:letter_frequency',
    prepare(given) {
      const letter = given.text('letter').toLowerCase();
      if ([...letter].length !== 1) given.refuse('letter', 'one character');
      const [relation, frequency] = [given.relation('let_relation'), given.count('let_frequency')];
      return (response) => compareCount(response.toLowerCase().split(letter).length - 1, relation, frequency);
    },
  },
];

import { detectLanguage } from './detect-language.js';
import { instruction, type Instruction } from './instruction.js';
import { compareCount } from './instruction-arguments.js';
import { longestTokenizedText } from './longest-tokenized-text.js';
import { isLowerCase, isUpperCase } from './python-text.js';
import { treebankWords } from './treebank-words.js';

/** English, or without letters whose language could be told: that counts as followed. */
const isEnglish = async (response: string): Promise<boolean> =>
  ['en', undefined].includes(await detectLanguage(response));

const capitalWords = (response: string): number =>
  treebankWords(response.slice(0, longestTokenizedText)).filter(isUpperCase).length;

export const caseInstructions: readonly Instruction[] = [
  {
    id: 'change_case:capital_word_frequency',
    prepare(given) {
      const [relation, frequency] = [given.relation('capital_relation'), given.count('capital_frequency')];
      return (response) => compareCount(capitalWords(response), relation, frequency);
    },
  },
  instruction('change_case:english_capital', async (response) => isUpperCase(response) && isEnglish(response)),
  instruction('change_case:english_lowercase', async (response) => isLowerCase(response) && isEnglish(response)),
];

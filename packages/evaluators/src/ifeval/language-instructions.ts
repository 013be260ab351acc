import { detectableLanguages, detectLanguage } from './detect-language.js';
import type { Instruction } from './instruction.js';

export const languageInstructions: readonly Instruction[] = [
  {
    // A text without a letter has no language, and counts as followed.
    id: 'language:response_language',
    prepare(given) {
      const expected = given.text('language');
      if (!detectableLanguages.has(expected)) {
        given.refuse('language', `one of the languages ${[...detectableLanguages].join(', ')}`);
      }
      return async (response) => [expected, undefined].includes(await detectLanguage(response));
    },
  },
];

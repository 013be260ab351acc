import { instruction, type Instruction } from './instruction.js';
import { strip } from './python-text.js';

export const combinationInstructions: readonly Instruction[] = [
  // Divided by six asterisks; what comes before the first divider or after the last may be blank.
  instruction('combination:two_responses', (response) => {
    const responses = response.split('******').map(strip);
    if (responses.slice(1, -1).includes('')) return false;
    const written = responses.filter((text) => text !== '');
    return written.length === 2 && written[0] !== written[1];
  }),
  {
    id: 'combination:repeat_prompt',
    prepare(given) {
      const prompt = strip(given.text('prompt_to_repeat')).toLowerCase();
      return (response) => strip(response).toLowerCase().startsWith(prompt);
    },
  },
];

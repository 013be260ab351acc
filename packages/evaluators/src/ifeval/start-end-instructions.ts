import { instruction, type Instruction } from './instruction.js';
import { strip, stripCharacters } from './python-text.js';

export const startEndInstructions: readonly Instruction[] = [
  {
    id: 'startend:end_checker',
    prepare(given) {
      const phrase = strip(given.text('end_phrase')).toLowerCase();
      return (response) => stripCharacters(strip(response), '"', '"').toLowerCase().endsWith(phrase);
    },
  },
  instruction('startend:quotation', (response) => {
    const text = strip(response);
    return text.length > 1 && text.startsWith('"') && text.endsWith('"');
  }),
];

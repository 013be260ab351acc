import { instruction, type Instruction } from './instruction.js';

export const punctuationInstructions: readonly Instruction[] = [
  instruction('punctuation:no_comma', (response) => !response.includes(',')),
];

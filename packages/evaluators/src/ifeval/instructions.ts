import { caseInstructions } from './case-instructions.js';
import { combinationInstructions } from './combination-instructions.js';
import { contentInstructions } from './content-instructions.js';
import { formatInstructions } from './format-instructions.js';
import type { Instruction } from './instruction.js';
import { keywordInstructions } from './keyword-instructions.js';
import { languageInstructions } from './language-instructions.js';
import { lengthInstructions } from './length-instructions.js';
import { punctuationInstructions } from './punctuation-instructions.js';
import { startEndInstructions } from './start-end-instructions.js';

/** IFEval's 25 instruction types by their ids. */
export const instructions: ReadonlyMap<string, Instruction> = new Map(
  [
    ...keywordInstructions,
    ...languageInstructions,
    ...lengthInstructions,
    ...contentInstructions,
    ...formatInstructions,
    ...combinationInstructions,
    ...startEndInstructions,
    ...caseInstructions,
    ...punctuationInstructions,
  ].map((one) => [one.id, one]),
);

import type { Json } from '@profit-sft/core';
import { InstructionArguments } from './instruction-arguments.js';

/** Whether a response follows an instruction. Takes time linear in the response, or bounds what it looks at. */
export type InstructionCheck = (response: string) => boolean | Promise<boolean>;

/** One of IFEval's instruction types. */
export interface Instruction {
  /** As data sets name it: `punctuation:no_comma`. */
  readonly id: string;
  /**
   * The check for one prompt's arguments.
   *
   * @throws InstructionProblem for arguments that are missing or of the wrong kind
   */
  prepare(given: InstructionArguments): InstructionCheck;
}

/** An instruction without arguments. */
export function instruction(id: string, check: InstructionCheck): Instruction {
  return { id, prepare: () => check };
}

/** The check of `instruction` for the `kwargs` of a data set. */
export function prepareInstruction({ id, prepare }: Instruction, keywordArguments: Json): InstructionCheck {
  return prepare(new InstructionArguments(id, keywordArguments));
}

import type { Json } from '@profit-sft/core';
import { InstructionProblem } from './instruction-arguments.js';
import { prepareInstruction, type InstructionCheck } from './instruction.js';
import { instructions } from './instructions.js';
import { looseVariants } from './loose-variants.js';

/** What a row of an IFEval file says of the instructions in its prompt, with the names that it has there. */
export interface InstructionRow {
  /** Ids of the instructions, e.g. `punctuation:no_comma`. */
  readonly instruction_id_list: readonly string[];
  /** The arguments of each. */
  readonly kwargs: readonly Json[];
}

/** Whether a response follows one instruction. */
export interface InstructionVerdict {
  readonly id: string;
  /** The response as it is follows it. */
  readonly strict: boolean;
  /** The response, or what is left without its first or last line or its asterisks, follows it. */
  readonly loose: boolean;
  /** Why it could not be graded: an instruction of another name, or arguments that do not fit. Both verdicts are false. */
  readonly problem?: string;
}

function checkOf(row: InstructionRow, index: number): InstructionCheck {
  const id = row.instruction_id_list[index];
  const known = instructions.get(id);
  if (known === undefined) throw new InstructionProblem(`${id} is no instruction of IFEval`);
  if (index >= row.kwargs.length) throw new InstructionProblem(`${id}: the row has no kwargs for it`);
  return prepareInstruction(known, row.kwargs[index]);
}

async function gradeInstruction(
  row: InstructionRow,
  index: number,
  variants: readonly string[],
  response: string,
): Promise<InstructionVerdict> {
  const id = row.instruction_id_list[index];
  try {
    const follows = checkOf(row, index);
    for (const variant of variants) {
      if (await follows(variant)) return { id, strict: variant === response, loose: true };
    }
    return { id, strict: false, loose: false };
  } catch (cause) {
    if (!(cause instanceof InstructionProblem)) throw cause;
    return { id, strict: false, loose: false, problem: cause.message };
  }
}

/**
 * Grades a response against the instructions of its prompt, strictly and loosely, by the rules of IFEval (Zhou et al., 2023,
 * arXiv 2311.07911). Needs no model: written responses can be graded again. A blank response follows nothing. The same
 * response gives the same verdicts.
 */
export async function gradeInstructions(row: InstructionRow, response: string): Promise<readonly InstructionVerdict[]> {
  const variants = looseVariants(response);
  const verdicts: InstructionVerdict[] = [];
  for (const index of row.instruction_id_list.keys()) {
    verdicts.push(await gradeInstruction(row, index, variants, response));
  }
  return verdicts;
}

import type { Dataset, Json, Row } from '@profit-sft/core';
import { gradeInstructions, type InstructionRow } from './grade-instructions.js';

/** A row of a data set for IFEval: its instructions, or why they cannot be graded. */
export type InstructionRowResult =
  { readonly key: Json; readonly instructions: InstructionRow } | { readonly key: Json; readonly problem: string };

const isTexts = (value: Json | undefined): value is readonly string[] =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

function metadataOf(row: Row): Readonly<Record<string, Json>> {
  return 'metadata' in row && row.metadata !== undefined ? row.metadata : {};
}

/** Reads `key`, `instruction_id_list` and `kwargs` of a row, and tries its instructions' arguments. */
export async function readInstructionRow(dataset: Dataset, index: number): Promise<InstructionRowResult> {
  const { key = null, instruction_id_list: ids, kwargs } = metadataOf(dataset.row(index));
  if (!isTexts(ids) || ids.length === 0) return { key, problem: 'has no instruction_id_list: a list of texts' };
  if (!Array.isArray(kwargs) || kwargs.length !== ids.length) {
    return { key, problem: `has no kwargs for each of its ${ids.length} instructions` };
  }
  const instructions = { instruction_id_list: ids, kwargs: kwargs as readonly Json[] };
  // A blank response follows nothing, but arguments that do not fit are found before a model has to answer.
  const problems = (await gradeInstructions(instructions, '')).flatMap(({ problem }) => problem ?? []);
  return problems.length > 0 ? { key, problem: problems.join('; ') } : { key, instructions };
}

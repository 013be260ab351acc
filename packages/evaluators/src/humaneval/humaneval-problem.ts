import type { Row } from '@profit-sft/core';
import type { RowProblem } from '../mathematics/question-row.js';

/** A problem of HumanEval. */
export interface HumanevalProblem {
  readonly task: string;
  /** Imports, helper functions, and the function's signature with its description. */
  readonly prompt: string;
  /** Defines `check(candidate)`. */
  readonly test: string;
  /** Name of the function. */
  readonly entryPoint: string;
}

/** Reads a prompt with `task_id`, `test` and `entry_point`. */
export function readHumanevalRow(row: Row): HumanevalProblem | RowProblem {
  if (!('prompt' in row) || row.prompt.trim() === '') return { problem: 'has no prompt' };
  const { task_id: task, test, entry_point: entryPoint } = ('metadata' in row ? row.metadata : undefined) ?? {};
  if (typeof test !== 'string' || !test.includes('def check(')) return { problem: 'has no "test" that defines check' };
  if (typeof entryPoint !== 'string' || !/^[A-Za-z_]\w*$/.test(entryPoint)) {
    return { problem: 'has no "entry_point", the name of a function' };
  }
  return { task: typeof task === 'string' ? task : entryPoint, prompt: row.prompt, test, entryPoint };
}

/** The program that decides, as openai/human-eval puts it together. */
export function checkProgram({ prompt, test, entryPoint }: HumanevalProblem, completion: string): string {
  return `${prompt}${completion}\n${test}\ncheck(${entryPoint})`;
}

import type { Problem } from './problem.js';

/** A problem as a row of a JSONL data file. The space joins the first word as it does in running text. */
export function toRow(problem: Problem): { prompt: string; references: string[] } {
  return { prompt: problem.prompt, references: problem.references.map((reference) => ` ${reference.text}`) };
}

import { writeFile } from 'node:fs/promises';
import { generateProblems } from '../generator/problems.js';
import { toRow } from '../generator/rows.js';
import { heldOutProblems, paths, seed, trainProblems } from './settings.js';

/** Generates the problems and writes them as JSONL. */
export async function writeDataFiles(): Promise<void> {
  const files = [
    [paths.train, generateProblems({ seed, count: trainProblems, split: 'train' })],
    [paths.heldOut, generateProblems({ seed, count: heldOutProblems, split: 'held-out' })],
  ] as const;
  for (const [file, problems] of files) {
    await writeFile(file, problems.map((problem) => `${JSON.stringify(toRow(problem))}\n`).join(''));
  }
}

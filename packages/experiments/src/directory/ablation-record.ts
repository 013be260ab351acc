import { join } from 'node:path';
import { parseWith } from '@profit-sft/core';
import { writeFileAtomically } from '@profit-sft/durable-files';
import { readJson } from '@profit-sft/trainer';
import type { Labels } from '../grid/expand-grid.js';
import { recordSchema } from '../jobs/job-schemas.js';

const file = 'ablation.json';

/** What an ablation is, for those who read its directory while it runs or later. */
export interface AblationRecord {
  readonly format: 1;
  /** The axis over which means are taken. */
  readonly repeats: string;
  readonly baseline?: Labels;
  /** Columns that were asked for; empty for the default. */
  readonly metrics: readonly string[];
  /** All of its runs, bases first. */
  readonly runs: readonly { readonly hash: string; readonly labels: Labels }[];
}

export function writeAblationRecord(root: string, record: AblationRecord): void {
  writeFileAtomically(join(root, file), `${JSON.stringify(record, undefined, 2)}\n`);
}

/**
 * Undefined where there is none: a directory of before these records were written.
 * @throws InvalidConfigError for a file that is no record
 */
export function readAblationRecord(root: string): AblationRecord | undefined {
  const path = join(root, file);
  const found = readJson(path);
  return found === undefined ? undefined : (parseWith(recordSchema, found, path) as unknown as AblationRecord);
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.js';
import type { RowResult } from './row.js';

/** What one row group gave, and where. */
export interface KeptResult {
  readonly group: string;
  readonly machine: Machine;
  readonly rows: readonly RowResult[];
}

const folder = fileURLToPath(new URL('./results/', import.meta.url));

/** One file for each row group: a new measurement takes the old one's place, and git has the history. */
export async function keepResult(result: KeptResult): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${result.group}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

/** Kept results by row group. */
export function keptResults(): Map<string, KeptResult> {
  // Git keeps no empty folder.
  const files = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.json'));
  const results = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as KeptResult);
  return new Map(results.map((result) => [result.group, result]));
}

import { readFile, writeFile } from 'node:fs/promises';

const file = new URL('results.json', import.meta.url);

interface Share {
  readonly covered: number;
  readonly total: number;
}

/** What the tests of one package ran of its sources. */
export interface Coverage {
  readonly lines: Share;
  readonly branches: Share;
  readonly passed: number;
  readonly skipped: number;
  /** Parts of the paths of those test files that were run; empty for all. */
  readonly files: readonly string[];
}

/** By the package's folder. */
export type CoverageResults = Readonly<Record<string, Coverage>>;

export async function readResults(): Promise<CoverageResults> {
  return JSON.parse(await readFile(file, 'utf8')) as CoverageResults;
}

export async function keepResult(name: string, coverage: Coverage): Promise<void> {
  const results = { ...(await readResults()), [name]: coverage };
  const inOrder = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeFile(file, `${JSON.stringify(inOrder, undefined, 2)}\n`);
}

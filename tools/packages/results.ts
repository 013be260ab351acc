import { readFile, writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import type { InstalledPackage } from './install-package.js';

/** What checks of a package's archive came to. */
export interface CheckedArchive {
  readonly version: string;
  /** Of the compressed archive and of the files in it, in bytes. */
  readonly size: number;
  readonly unpackedSize: number;
}

/** What installations and checks came to, kept in `results.json`: what `docs/quality.md` is written from. */
export type PackageResult = CheckedArchive & InstalledPackage;

export type PackageResults = Readonly<Record<string, PackageResult>>;

const file = new URL('results.json', import.meta.url);

export async function readResults(): Promise<PackageResults> {
  return JSON.parse(await readFile(file, 'utf8')) as PackageResults;
}

export async function writeResults(results: PackageResults): Promise<void> {
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => a.localeCompare(b)));
  const options = { ...(await resolveConfig(file)), parser: 'json' };
  await writeFile(file, await format(JSON.stringify(sorted), options));
}

/** Keeps what came of one package; without a result, that there is none. */
export async function keepResult(name: string, result: PackageResult | undefined): Promise<void> {
  const { [name]: _, ...others } = await readResults();
  await writeResults(result === undefined ? others : { ...others, [name]: result });
}

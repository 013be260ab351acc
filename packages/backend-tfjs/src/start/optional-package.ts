import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface InstalledPackage {
  readonly directory: string;
  readonly version: string;
}

/** Names a directory of a package, for one that npm did not install, e.g. a `tfjs-node` that was built by hand. */
export const nodePackageVariable = 'PROFIT_TFJS_NODE';

/** A package that need not be there, from where it is installed: beside this one, or in the project that is run. */
export function findPackage(name: string): InstalledPackage | undefined {
  for (const from of [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json')).href]) {
    for (const folder of createRequire(from).resolve.paths(name) ?? []) {
      const found = packageAt(join(folder, name));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

export function packageAt(directory: string): InstalledPackage | undefined {
  const manifest = join(directory, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  return { directory, version };
}

/** Loads a package's main module. */
export async function importPackage({ directory }: InstalledPackage): Promise<Record<string, unknown>> {
  const require = createRequire(join(directory, 'package.json'));
  return (await import(pathToFileURL(require.resolve(directory)).href)) as Record<string, unknown>;
}

/** The version of an installed package that we depend on. */
export function dependencyVersion(name: string): string {
  const main = createRequire(import.meta.url).resolve(name);
  const found = packageAt(dirname(dirname(main)));
  return found?.version ?? 'unknown';
}

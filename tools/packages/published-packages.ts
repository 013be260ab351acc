import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What a `package.json` says, as far as it is looked at here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: unknown;
  readonly engines?: { readonly node?: string };
  readonly repository?: { readonly type?: string; readonly url?: string; readonly directory?: string };
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly publishConfig?: { readonly access?: string };
}

export interface PublishedPackage {
  /** Of its folder: `masking` of `@profit-sft/masking`. */
  readonly folderName: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly readme: string;
}

/** Every package that is published: the folders of `packages/`, in alphabetical order. */
export function publishedPackages(): PublishedPackage[] {
  const root = join(repository, 'packages');
  return readdirSync(root)
    .sort()
    .map((folderName) => {
      const folder = join(root, folderName);
      return {
        folderName,
        folder,
        manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
        readme: readFileSync(join(folder, 'README.md'), 'utf8'),
      };
    });
}

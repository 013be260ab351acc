import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface MarkdownFile {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

function markdownIn(folder: string): string[] {
  return readdirSync(join(repository, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The pages that people read: the root's, those of `docs/`, and each README of a package or example. */
export function markdownFiles(): MarkdownFile[] {
  const readmes = ['packages', 'examples', 'tools'].flatMap((folder) =>
    readdirSync(join(repository, folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(repository, folder, name, 'README.md')),
  );
  const all = [
    ...['README.md', 'CONTRIBUTING.md', 'SECURITY.md'].map((name) => join(repository, name)),
    ...markdownIn('docs'),
    ...readmes,
  ];
  return all.flatMap((path) => {
    try {
      return [{ path: path.slice(repository.length + 1), text: readFileSync(path, 'utf8') }];
    } catch (error) {
      // Not every folder of tools/ has a README.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
}

/** Fenced blocks of a language. */
export function codeBlocks(text: string, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .filter(([, name]) => name === language)
    .map(([, , content]) => content);
}

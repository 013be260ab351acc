import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes an input as a file of the folder, or with other files beside it, and gives its path. */
export function writeInput(folder: string, name: string, input: Uint8Array | string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, input);
  return path;
}

export function emptyFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

/** An input as text, with a sign in place of what is no UTF-8. */
export const textOf = (input: Uint8Array): string => new TextDecoder().decode(input);

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendUnavailableError } from '@profit-sft/core';

/** The names under which Transformers.js is published, the one that is developed first. */
export const packageNames = ['@huggingface/transformers', '@xenova/transformers'] as const;

export type PackageName = (typeof packageNames)[number];

/** A Transformers.js that is there. */
export interface Installation {
  readonly packageName: PackageName;
  readonly version: string;
  /** The file that its name stands for. */
  readonly entry: string;
}

/**
 * What installs each. Without install scripts, which download CUDA libraries and, for version 2, an image library that nothing here
 * needs; version 2's own dependency on `sharp` has its binary nowhere else, so a later one is put in its place.
 */
export const installCommands: Readonly<Record<PackageName, string>> = {
  '@huggingface/transformers': 'npm install --ignore-scripts @huggingface/transformers@4.3.1',
  '@xenova/transformers':
    'npm pkg set overrides.sharp=0.34.5 && npm install --ignore-scripts @xenova/transformers@2.17.2',
};

/** Where packages are looked for, besides beside this one: a command that is installed globally has its peers elsewhere. */
function defaultFolders(): string[] {
  return [dirname(fileURLToPath(import.meta.url)), process.cwd()];
}

/** The version that the package has whose entry this is. */
function versionOf(packageName: PackageName, entry: string): string | undefined {
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const text = readFileSync(join(folder, 'package.json'), 'utf8');
      const { name, version } = JSON.parse(text) as { name?: string; version?: string };
      if (name === packageName) return version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return undefined;
}

/** One package as it is found from the folders, or undefined. */
export function findPackage(packageName: PackageName, folders = defaultFolders()): Installation | undefined {
  for (const folder of folders) {
    let entry: string;
    try {
      entry = createRequire(join(resolve(folder), 'package.json')).resolve(packageName);
    } catch {
      continue;
    }
    const version = versionOf(packageName, entry);
    if (version !== undefined) return { packageName, version, entry };
  }
  return undefined;
}

/**
 * The Transformers.js to use: that of `folder` where one is given; else the one that is found from this package or from the working
 * directory.
 *
 * @throws BackendUnavailableError saying what to install
 */
export function findInstallation(folder?: string): Installation {
  const folders = folder === undefined ? defaultFolders() : [folder];
  for (const packageName of packageNames) {
    const found = findPackage(packageName, folders);
    if (found !== undefined) return found;
  }
  const where = folder === undefined ? '' : ` in ${resolve(folder)}`;
  const reason = `${packageNames.join(' or ')} is not installed${where}.`;
  throw new BackendUnavailableError('transformers', reason, { install: installCommands['@huggingface/transformers'] });
}

import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { ruleNames, type RuleNames } from './rule-names.js';
import { packageManifest } from './templates/package-manifest.js';
import { readme } from './templates/readme.js';
import { ruleSource } from './templates/rule-source.js';
import { ruleTest } from './templates/rule-test.js';
import { buildSettings, ignoredFiles, testSettings, typescriptSettings } from './templates/tool-settings.js';
import { presentVersions } from './versions.js';

export interface NewRulePackage {
  /** The rule's name in configurations, kebab-case. */
  readonly name: string;
  /** Where to write it; must not exist or be empty. Default: the rule's name, in the working directory. */
  readonly directory?: string;
  /** Name on npm; default `profit-NAME`. */
  readonly packageName?: string;
}

export interface WrittenPackage extends RuleNames {
  /** Absolute path. */
  readonly directory: string;
  /** Relative to it, sorted. */
  readonly files: readonly string[];
}

function filesOf(names: RuleNames): Record<string, string> {
  return {
    '.gitignore': ignoredFiles,
    'README.md': readme(names),
    'package.json': packageManifest(names, presentVersions()),
    'src/index.ts': ruleSource(names),
    [`src/${names.rule}.test.ts`]: ruleTest(names),
    'tsconfig.json': typescriptSettings,
    'tsup.config.ts': buildSettings,
    'vitest.config.ts': testSettings,
  };
}

/** Whether there is an empty directory; refuses anything else that is there. */
async function isEmptyDirectory(directory: string): Promise<boolean> {
  try {
    const present = await readdir(directory);
    if (present.length === 0) return true;
    throw new OutputError(directory, `is not empty (${present[0]} is in it). Name another directory`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return false;
    if (code === 'ENOTDIR') throw new OutputError(directory, 'is not a directory. Name another one', { cause: error });
    throw error;
  }
}

/**
 * Writes the package of a new masking rule: a rule that works, its tests, build, types and README. It is written beside
 * the directory first and moved there whole, so that a failure leaves nothing.
 *
 * @throws InvalidConfigError for names that are none, OutputError when the directory is in use or cannot be written
 */
export async function createRulePackage(wanted: NewRulePackage): Promise<WrittenPackage> {
  const names = ruleNames(wanted.name, wanted.packageName);
  const directory = resolve(wanted.directory ?? names.rule);
  const files = filesOf(names);
  const draft = join(dirname(directory), `.${basename(directory)}-${randomUUID()}`);
  try {
    const replaces = await isEmptyDirectory(directory);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await writeFile(join(draft, path), content);
    }
    // Not every system renames onto an empty directory.
    if (replaces) await rmdir(directory);
    await rename(draft, directory);
  } catch (error) {
    // Where the folder above cannot be used there is no draft, and what is wrong is said already.
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new OutputError(directory, `cannot be written: ${message}`, { cause: error });
  }
  return { ...names, directory, files: Object.keys(files).sort() };
}

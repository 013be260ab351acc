import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OutputError } from '@profit-sft/core';

const source = fileURLToPath(new URL('installation', import.meta.url));
const manifest = 'package.json';

/**
 * Makes the directory, or takes one that an earlier build made, and puts our manifest and lock file in it.
 * @throws OutputError where it holds anything else
 */
export async function prepareOutput(directory: string): Promise<void> {
  if (existsSync(directory)) {
    const entries = await readdir(directory).catch((cause: Error) => {
      throw new OutputError(directory, `cannot be read: ${cause.message}`, { cause });
    });
    if (entries.length > 0 && !(await isEarlierBuild(directory))) {
      throw new OutputError(
        directory,
        'holds other files; name a directory that is empty, new or from an earlier build.',
      );
    }
  }
  await mkdir(directory, { recursive: true });
  for (const file of [manifest, 'package-lock.json']) await copyFile(join(source, file), join(directory, file));
}

async function isEarlierBuild(directory: string): Promise<boolean> {
  const nameIn = async (folder: string): Promise<unknown> => {
    try {
      return (JSON.parse(await readFile(join(folder, manifest), 'utf8')) as { name?: unknown }).name;
    } catch {
      return undefined;
    }
  };
  return (await nameIn(directory)) === (await nameIn(source));
}

import { basename, dirname, resolve } from 'node:path';
import type { TransformersLibrary } from './library.js';

/**
 * Has Transformers.js read a directory of this machine, and nothing that it may have in its cache. Since version 3 an absolute path
 * is no name of a repository and is therefore taken as it is, whatever characters it has. Version 2 knows names below one folder only. The settings,
 * which are those of the whole library, are put back, since a program may use it for itself.
 */
export async function fromDirectory<T>(
  { env }: TransformersLibrary,
  directory: string,
  read: (name: string) => Promise<T>,
): Promise<T> {
  const path = resolve(directory);
  const { allowLocalModels, allowRemoteModels, localModelPath, useFSCache } = env;
  const settings = { allowLocalModels: true, allowRemoteModels: false, useFSCache: false };
  Object.assign(env, settings, { localModelPath: dirname(path) });
  try {
    return await read(env.version.startsWith('2.') ? basename(path) : path);
  } finally {
    Object.assign(env, { allowLocalModels, allowRemoteModels, localModelPath, useFSCache });
  }
}

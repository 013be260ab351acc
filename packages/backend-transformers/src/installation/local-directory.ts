import { basename, dirname, resolve } from 'node:path';
import type { TransformersLibrary } from './library.js';

/**
 * Has Transformers.js read a directory of this machine, which it knows by name below a folder that is one setting of the whole
 * library. The settings are put back, since a program may use the library for itself.
 */
export async function fromDirectory<T>(
  { env }: TransformersLibrary,
  directory: string,
  read: (name: string) => Promise<T>,
): Promise<T> {
  const path = resolve(directory);
  const { allowLocalModels, allowRemoteModels, localModelPath } = env;
  Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, localModelPath: dirname(path) });
  try {
    return await read(basename(path));
  } finally {
    Object.assign(env, { allowLocalModels, allowRemoteModels, localModelPath });
  }
}

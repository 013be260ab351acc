import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BackendUnavailableError } from '@profit-sft/core';

const packageName = '@tensorflow/tfjs-node';

/** Where the package lies in the directory that `npm run tfjs-node -- --out DIRECTORY` fills. */
export function packageIn(directory: string): string {
  return join(resolve(directory), 'node_modules', packageName);
}

const install = 'npm run tfjs-node -- --out DIRECTORY';

/**
 * The folder of the package that `PROFIT_TFJS_NODE` names, with its native binding; undefined where it is not set.
 * @throws BackendUnavailableError where that folder is not the package or has no binding
 */
export async function builtPackage(variable = process.env.PROFIT_TFJS_NODE): Promise<string | undefined> {
  if (variable === undefined || variable === '') return undefined;
  const folder = resolve(variable);
  const versions = existsSync(join(folder, 'lib')) ? await readdir(join(folder, 'lib')) : [];
  if (!versions.some((version) => existsSync(join(folder, 'lib', version, 'tfjs_binding.node')))) {
    const reason = `PROFIT_TFJS_NODE names ${folder}, which has no lib/napi-v*/tfjs_binding.node.`;
    throw new BackendUnavailableError('tfjs-node', reason, { install });
  }
  return folder;
}

/** {@link builtPackage}, which has to be there. */
export async function requireBuiltPackage(): Promise<string> {
  const folder = await builtPackage();
  if (folder !== undefined) return folder;
  throw new BackendUnavailableError('tfjs-node', 'PROFIT_TFJS_NODE does not name it.', { install });
}

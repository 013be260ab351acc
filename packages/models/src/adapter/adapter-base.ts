import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidConfigError, InvalidModelError } from '@profit-sft/core';
import { adapterConfigFile, isAdapterDirectory, readAdapterConfig } from './adapter-config.js';

/**
 * The base model's directory of an adapter's: the given one, else what its configuration names, from the working directory or from the
 * adapter's.
 * @throws InvalidModelError where that is no model directory
 */
export async function adapterBase(directory: string, given?: string): Promise<string> {
  if (given !== undefined) return given;
  const { base } = await readAdapterConfig(directory);
  const file = join(directory, adapterConfigFile);
  if (base === undefined) {
    throw new InvalidModelError(file, 'does not name its base model (base_model_name_or_path); give it with --base');
  }
  for (const candidate of [resolve(base), resolve(directory, base)]) {
    const config = await stat(join(candidate, 'config.json')).catch(() => undefined);
    if (config?.isFile() === true) return candidate;
  }
  const message = `names the base model ${JSON.stringify(base)}, which is no model directory here; give it with --base`;
  throw new InvalidModelError(file, message);
}

/**
 * What is in a directory: a model, or an adapter and the base that it belongs to.
 * @throws InvalidConfigError where a base is given for what is not an adapter
 */
export async function locateModel(
  directory: string,
  base?: string,
): Promise<{ readonly model: string; readonly adapter: string | undefined }> {
  if (await isAdapterDirectory(directory)) return { model: await adapterBase(directory, base), adapter: directory };
  if (base !== undefined) {
    const message = `is for adapters, and ${directory} has no ${adapterConfigFile}`;
    throw new InvalidConfigError('model', [{ path: 'base', message }]);
  }
  return { model: directory, adapter: undefined };
}

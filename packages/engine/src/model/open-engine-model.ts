import { InvalidConfigError, type OpenModelOptions } from '@profit-sft/core';
import {
  adapterParameters,
  expectedParameters,
  locateModel,
  mergedWeights,
  openAdapter,
  openCheckpoint,
  readModelConfig,
  verifyCheckpoint,
  type AdaptedConfig,
} from '@profit-sft/models';
import { frozenParameters } from '../adapter/frozen-parameters.js';
import { resolveAdapter } from '../adapter/resolve-adapter.js';
import type { ParameterDeclaration } from '../passes/parameters.js';
import type { Engine } from './engine.js';
import { EngineModel, type SavedAdapter, type SaveOptions } from './engine-model.js';

/**
 * Makes an engine of a checked model; `read` gives a parameter's weights as float32 and works until the engine is made. With adapters in
 * the configuration, all parameters but theirs are declared `frozen`.
 */
export type MakeEngine = (
  config: AdaptedConfig,
  declared: readonly ParameterDeclaration[],
  read: (name: string) => Promise<Float32Array>,
) => Promise<Engine>;

/**
 * Opens a Hugging Face model directory: checks configuration and weights against each other before it reads any. With `adapter` its
 * weights are frozen, and the adapter is trained. Of an adapter's directory, opens the base with the adapter merged into it.
 *
 * @throws InvalidModelError for a directory that cannot be used, and an adapter that does not fit its base
 * @throws InvalidConfigError for settings of an adapter that do not fit the model
 */
export async function openEngineModel(
  directory: string,
  options: SaveOptions & OpenModelOptions,
  makeEngine: MakeEngine,
): Promise<EngineModel> {
  const located = await locateModel(directory, options.base);
  const { adapter: settings } = options;
  if (located.adapter !== undefined && settings !== undefined) {
    const message =
      `${directory} is an adapter itself. To go on with it, name it in adapter.from and its base as the model; ` +
      'to train another on top, merge it first (profit merge)';
    throw new InvalidConfigError('adapter', [{ path: '', message }]);
  }
  const config = await readModelConfig(located.model);
  const checkpoint = await openCheckpoint(located.model, config);
  try {
    verifyCheckpoint(checkpoint, config);
    const engineOf = async (made: Promise<Engine>, adapted: AdaptedConfig, saved?: SavedAdapter) =>
      new EngineModel(adapted, await made, options, saved);
    const readBase = (name: string): Promise<Float32Array> => checkpoint.readFloat32(name);
    if (settings !== undefined) {
      const { adapters, saved, read, close } = await resolveAdapter(config, located.model, settings);
      try {
        const adapted = { ...config, adapters };
        const trained = adapterParameters(adapted);
        const names = new Set(trained.map(({ name }) => name));
        const declared = [
          ...frozenParameters(config, settings.base, (name) => checkpoint.tensors.get(name)?.dtype),
          ...trained,
        ];
        const readEither = (name: string): Promise<Float32Array> => (names.has(name) ? read(name) : readBase(name));
        return await engineOf(makeEngine(adapted, declared, readEither), adapted, saved);
      } finally {
        await close();
      }
    }
    if (located.adapter === undefined) {
      return await engineOf(makeEngine(config, expectedParameters(config), readBase), config);
    }
    const adapter = await openAdapter(located.adapter, config);
    try {
      const read = mergedWeights(config, readBase, adapter);
      return await engineOf(makeEngine(config, expectedParameters(config), read), config);
    } finally {
      await adapter.close();
    }
  } finally {
    await checkpoint.close();
  }
}

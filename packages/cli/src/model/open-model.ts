import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  InvalidConfigError,
  InvalidModelError,
  type AdapterSettings,
  type FrozenModel,
  type OpenModelOptions,
  type Registry,
  type Tokenizer,
} from '@profit-sft/core';
import { locateModel } from '@profit-sft/models';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

export interface OpenedModel<M extends FrozenModel = FrozenModel> {
  readonly model: M;
  readonly tokenizer: Tokenizer;
}

/**
 * Refuses a backend that knows no adapters where there is one.
 * @throws InvalidConfigError naming the backend
 */
export function assertTakesAdapters(backend: {
  readonly name: string;
  readonly adapters?: readonly AdapterSettings['name'][];
}): void {
  if (backend.adapters?.includes('lora') === true) return;
  const message = `backend ${backend.name} has no LoRA adapters. Merge an adapter with profit merge, or choose another backend`;
  throw new InvalidConfigError('adapter', [{ path: '', message }]);
}

/**
 * Opens a model directory, or an adapter's, with its tokenizer (an adapter's own, or its base's), by a backend of any kind. The
 * caller disposes of the model.
 *
 * @throws InvalidConfigError for an adapter where the backend knows none
 * @throws InvalidModelError when the directory is missing or the tokenizer has ids that the model has no embedding for
 */
export function openModel(
  directory: string,
  registry: Registry,
  backend: ResolvedPlugin,
  options: OpenModelOptions = {},
): Promise<OpenedModel> {
  return openModelBy<FrozenModel>(registry.backend(backend.name, backend.options), directory, options);
}

/** As {@link openModel}, by a backend that is there already. */
export async function openModelBy<M extends FrozenModel>(
  backend: {
    readonly name: string;
    readonly adapters?: readonly AdapterSettings['name'][];
    open(directory: string, options?: OpenModelOptions): Promise<M>;
  },
  directory: string,
  options: OpenModelOptions = {},
): Promise<OpenedModel<M>> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const message = found === undefined ? 'no such directory' : 'is a file';
    throw new InvalidModelError(directory, `${message}; expected a Hugging Face model directory`);
  }
  const located = await locateModel(directory, options.base);
  if (located.adapter !== undefined || options.adapter !== undefined) assertTakesAdapters(backend);
  const ownTokenizer = await stat(join(directory, 'tokenizer.json')).catch(() => undefined);
  const tokenizer = await openTokenizer(ownTokenizer === undefined ? located.model : directory);
  const model = await backend.open(directory, options);
  const { vocabularySize } = model.description;
  if (tokenizer.vocabularySize > vocabularySize) {
    await model.dispose();
    throw new InvalidModelError(
      join(directory, 'tokenizer.json'),
      `has ${tokenizer.vocabularySize} token ids, but the model's vocabulary has ${vocabularySize}; tokenizer and weights belong to different models`,
    );
  }
  return { model, tokenizer };
}

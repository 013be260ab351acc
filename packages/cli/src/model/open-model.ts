import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  InvalidConfigError,
  InvalidModelError,
  type ModelBackend,
  type OpenModelOptions,
  type Registry,
  type Tokenizer,
  type TrainableModel,
} from '@profit-sft/core';
import { locateModel } from '@profit-sft/models';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

export interface OpenedModel {
  readonly model: TrainableModel;
  readonly tokenizer: Tokenizer;
}

/**
 * Refuses a backend that knows no adapters where there is one.
 * @throws InvalidConfigError naming the backend
 */
export function assertTakesAdapters(backend: ModelBackend): void {
  if (backend.adapters?.includes('lora') === true) return;
  const message = `backend ${backend.name} has no LoRA adapters. Merge an adapter with profit merge, or choose another backend`;
  throw new InvalidConfigError('adapter', [{ path: '', message }]);
}

/**
 * Opens a model directory, or an adapter's, with its tokenizer: an adapter's own, or its base's. The caller disposes of the model.
 *
 * @throws InvalidConfigError for an adapter where the backend knows none
 * @throws InvalidModelError when the directory is missing or the tokenizer has ids that the model has no embedding for
 */
export async function openModel(
  directory: string,
  registry: Registry,
  backend: ResolvedPlugin,
  options: OpenModelOptions = {},
): Promise<OpenedModel> {
  const engine = registry.backend(backend.name, backend.options);
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const message = found === undefined ? 'no such directory' : 'is a file';
    throw new InvalidModelError(directory, `${message}; expected a Hugging Face model directory`);
  }
  const located = await locateModel(directory, options.base);
  if (located.adapter !== undefined || options.adapter !== undefined) assertTakesAdapters(engine);
  const ownTokenizer = await stat(join(directory, 'tokenizer.json')).catch(() => undefined);
  const tokenizer = await openTokenizer(ownTokenizer === undefined ? located.model : directory);
  const model = await engine.open(directory, options);
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

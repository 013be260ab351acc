import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError, type FrozenModel, type Registry, type Tokenizer } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

export interface OpenedModel<M extends FrozenModel = FrozenModel> {
  readonly model: M;
  readonly tokenizer: Tokenizer;
}

/**
 * Opens a model directory with its tokenizer, by a backend of any kind. The caller disposes of the model.
 *
 * @throws InvalidModelError when the directory is missing or the tokenizer has ids that the model has no embedding for
 */
export function openModel(directory: string, registry: Registry, backend: ResolvedPlugin): Promise<OpenedModel> {
  return openModelBy(registry.backend(backend.name, backend.options), directory);
}

/** As {@link openModel}, by a backend that is there already. */
export async function openModelBy<M extends FrozenModel>(
  backend: { open(directory: string): Promise<M> },
  directory: string,
): Promise<OpenedModel<M>> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const message = found === undefined ? 'no such directory' : 'is a file';
    throw new InvalidModelError(directory, `${message}; expected a Hugging Face model directory`);
  }
  const tokenizer = await openTokenizer(directory);
  const model = await backend.open(directory);
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

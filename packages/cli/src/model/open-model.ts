import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError, type Registry, type Tokenizer, type TrainableModel } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

export interface OpenedModel {
  readonly model: TrainableModel;
  readonly tokenizer: Tokenizer;
}

/**
 * Opens a model directory with its tokenizer. The caller disposes of the model.
 *
 * @throws InvalidModelError when the directory is missing or the tokenizer has ids that the model has no embedding for
 */
export async function openModel(directory: string, registry: Registry, backend: ResolvedPlugin): Promise<OpenedModel> {
  const engine = registry.backend(backend.name, backend.options);
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    const message = found === undefined ? 'no such directory' : 'is a file';
    throw new InvalidModelError(directory, `${message}; expected a Hugging Face model directory`);
  }
  const tokenizer = await openTokenizer(directory);
  const model = await engine.open(directory);
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

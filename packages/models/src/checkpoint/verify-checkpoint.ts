import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { shown } from '../config/key-reader.js';
import type { ModelConfig } from '../config/model-config.js';
import { isFloatDtype } from '../safetensors/dtype.js';
import { expectedParameters } from './expected-parameters.js';
import type { Checkpoint } from './open-checkpoint.js';
import { parameterLayout } from './parameter-layout.js';

/** Complaints that one error lists; the rest are counted. */
const maxListed = 5;

/**
 * Checks that the checkpoint has exactly the parameters that its configuration describes. Buffers that older versions
 * of transformers stored, and the copy of a tied head, are passed over. Throws {@link InvalidModelError} listing what
 * is missing, what is unexpected and which shapes differ.
 */
export function verifyCheckpoint(checkpoint: Checkpoint, config: ModelConfig): void {
  const complaints: string[] = [];
  const expected = expectedParameters(config);
  for (const { name, shape } of expected) {
    const tensor = checkpoint.tensors.get(name);
    if (tensor === undefined) complaints.push(`${name} is missing`);
    else if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis])) {
      complaints.push(`${name} has the shape [${tensor.shape.join(', ')}], config.json needs [${shape.join(', ')}]`);
    } else if (!isFloatDtype(tensor.dtype)) {
      complaints.push(`${name} has dtype ${tensor.dtype}; needed: F32, F16, BF16 or F64`);
    }
  }
  const known = new Set(expected.map(({ name }) => name));
  for (const name of checkpoint.tensors.keys()) {
    if (!known.has(name) && !isIgnored(name, config))
      complaints.push(`${shown(name)} is not part of this architecture`);
  }
  if (complaints.length === 0) return;
  const listed = complaints.slice(0, maxListed).join('\n  ');
  const more = complaints.length > maxListed ? `\n  and ${complaints.length - maxListed} more` : '';
  throw new InvalidModelError(checkpoint.directory, `its weights do not match its config.json:\n  ${listed}${more}`);
}

function isIgnored(name: string, config: ModelConfig): boolean {
  const { head } = parameterLayout(config);
  if (config.tieEmbeddings && name === `${head}.weight`) return true;
  // GPT-2's `attn.bias` is its causal mask.
  if (config.parameterLayout === 'gpt2') return /\.attn\.(bias|masked_bias)$/.test(name);
  return name.endsWith('.rotary_emb.inv_freq');
}

/** Throws {@link InvalidModelError} when the tokenizer has ids that the model has no embedding for. */
export function verifyTokenizerFits(tokenizerVocabularySize: number, config: ModelConfig, directory: string): void {
  if (tokenizerVocabularySize <= config.vocabularySize) return;
  throw new InvalidModelError(
    join(directory, 'tokenizer.json'),
    `has ${tokenizerVocabularySize} token ids, but the model has embeddings for ${config.vocabularySize} ` +
      `(vocab_size in config.json); use the tokenizer that belongs to the model`,
  );
}

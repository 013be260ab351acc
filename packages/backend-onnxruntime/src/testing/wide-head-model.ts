import { join } from 'node:path';
import { createRandom, type TokenBatch } from '@profit-sft/core';
import { expectedParameters, parseModelConfig, saveCheckpoint } from '@profit-sft/models';
import { batchOfSequences } from '@profit-sft/testing';

const vocabularySize = 32_000;

/**
 * Writes a model of one layer whose head is large enough that one run of its backward program takes more than 100 ms on one
 * thread, for a batch of {@link wideHeadBatch}.
 */
export async function writeWideHeadModel(folder: string): Promise<string> {
  const directory = join(folder, 'wide-head');
  const document = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_act: 'silu',
    rms_norm_eps: 1e-6,
    rope_theta: 10_000,
    max_position_embeddings: 1024,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
    vocab_size: vocabularySize,
    hidden_size: 512,
    intermediate_size: 64,
    num_hidden_layers: 1,
    num_attention_heads: 8,
    num_key_value_heads: 2,
  };
  const config = parseModelConfig(document, directory);
  const tensors = expectedParameters(config).map(({ name, shape }) => {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    // Random numbers of quality would take seconds.
    for (let index = 0; index < data.length; index++) data[index] = ((index * 7919) % 1013) / 10_130 - 0.05;
    return { name, shape, data: async () => data };
  });
  await saveCheckpoint(directory, config, tensors, { dtype: 'F32' });
  return directory;
}

/** One sequence of as many tokens as a backward chunk of the head takes. */
export function wideHeadBatch(): TokenBatch {
  const random = createRandom(1, 'wide head');
  return batchOfSequences([Array.from({ length: 513 }, () => random.integer(vocabularySize))], 'packed');
}

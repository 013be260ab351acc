import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@profit-sft/core';
import { expectedParameters, parseModelConfig, saveCheckpoint, type ModelConfig } from '@profit-sft/models';

/** A model of a few thousand random parameters, as a Hugging Face directory. */
export interface TestModel {
  readonly directory: string;
  readonly config: ModelConfig;
}

const shape = { vocab_size: 61, bos_token_id: 1, eos_token_id: 2 } as const;
const llamaKeys = {
  ...{ ...shape, hidden_size: 24, intermediate_size: 40, num_hidden_layers: 2, max_position_embeddings: 48 },
  ...{ num_attention_heads: 4, num_key_value_heads: 2, head_dim: 6, rope_theta: 10_000, rms_norm_eps: 1e-5 },
  ...{ hidden_act: 'silu', torch_dtype: 'float32' },
};

/** Between them: tied and own heads, shared and own key/value heads, biases, both norms and their places, rotary and learned positions. */
const documents = {
  llama: { ...llamaKeys, model_type: 'llama', architectures: ['LlamaForCausalLM'], tie_word_embeddings: true },
  'llama-untied': {
    ...{ ...llamaKeys, model_type: 'llama', architectures: ['LlamaForCausalLM'], tie_word_embeddings: false },
    ...{ attention_bias: true, mlp_bias: true },
    rope_scaling: {
      ...{ rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 },
      original_max_position_embeddings: 16,
    },
  },
  qwen2: { ...llamaKeys, model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'], tie_word_embeddings: true },
  qwen3: {
    ...{ ...llamaKeys, model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'], tie_word_embeddings: false },
    head_dim: 8,
  },
  olmo2: { ...llamaKeys, model_type: 'olmo2', architectures: ['Olmo2ForCausalLM'], tie_word_embeddings: false },
  gpt2: {
    ...{ ...shape, model_type: 'gpt2', architectures: ['GPT2LMHeadModel'], activation_function: 'gelu_new' },
    ...{ n_embd: 24, n_head: 4, n_inner: 40, n_layer: 2, n_positions: 48, layer_norm_epsilon: 1e-5 },
    ...{ tie_word_embeddings: true, torch_dtype: 'float32' },
  },
};

export type TestModelName = keyof typeof documents;

export const testModelNames = Object.keys(documents) as readonly TestModelName[];

export interface TestModelChanges {
  /** Of its folder; default the model's. */
  readonly name?: string;
  /** Keys of `config.json` that differ. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** `generation_config.json`; default: two ids that end a text. */
  readonly generation?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
}

const defaultGeneration = { bos_token_id: 1, eos_token_id: [2, 7] };

/** Writes a model into a folder of `folder`, unless it is there already. */
export async function testModel(
  folder: string,
  model: TestModelName,
  changes: TestModelChanges = {},
): Promise<TestModel> {
  const directory = join(folder, changes.name ?? model);
  const document = { ...documents[model], ...changes.config };
  const config = parseModelConfig(document, directory, { ...(changes.generation ?? defaultGeneration) });
  if (!existsSync(join(directory, 'config.json'))) {
    const random = createRandom(changes.seed ?? 0, 'test model', model);
    const parameters = expectedParameters(config).map(({ name, shape: sizes, kind }) => {
      const centre = kind === 'norm' ? 1 : 0;
      const spread = kind === 'embedding' ? 0.5 : kind === 'linear' ? 0.25 : 0.2;
      const count = sizes.reduce((product, size) => product * size, 1);
      return {
        name,
        shape: sizes,
        data: Float32Array.from({ length: count }, () => centre + spread * random.normal()),
      };
    });
    await saveCheckpoint(directory, config, parameters, { dtype: 'F32' });
  }
  return { directory, config };
}

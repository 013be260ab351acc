import { parseModelConfig, type ModelConfig } from '@profit-sft/models';

function config(fields: Record<string, unknown>): ModelConfig {
  const document = {
    hidden_act: 'silu',
    rms_norm_eps: 1e-5,
    max_position_embeddings: 8192,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
    ...fields,
  };
  return parseModelConfig(document, 'bench');
}

const llama = { architectures: ['LlamaForCausalLM'], model_type: 'llama', rope_theta: 10000 };

/** HuggingFaceTB/SmolLM2-135M. */
export const smolLm2 = config({
  ...llama,
  vocab_size: 49152,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
});

/** 15M parameters with a vocabulary of 32,000 (the shape of karpathy's stories15M). */
export const llama15M = config({
  ...llama,
  vocab_size: 32000,
  hidden_size: 288,
  intermediate_size: 768,
  num_hidden_layers: 6,
  num_attention_heads: 6,
  num_key_value_heads: 6,
});

/** Qwen/Qwen3-0.6B. */
export const qwen3 = config({
  architectures: ['Qwen3ForCausalLM'],
  model_type: 'qwen3',
  rope_theta: 1000000,
  rms_norm_eps: 1e-6,
  vocab_size: 151936,
  hidden_size: 1024,
  intermediate_size: 3072,
  num_hidden_layers: 28,
  num_attention_heads: 16,
  num_key_value_heads: 8,
  head_dim: 128,
});

/** A model and the batch that it is measured with. */
export interface MeasuredShape {
  readonly label: string;
  readonly config: ModelConfig;
  readonly rows: number;
  readonly columns: number;
}

export const measuredShapes = {
  smollm2: { label: 'SmolLM2-135M shape, 1 × 512 tokens', config: smolLm2, rows: 1, columns: 512 },
  '15m': { label: '15M shape, vocabulary 32,000, 4 × 256 tokens', config: llama15M, rows: 4, columns: 256 },
  qwen3: {
    label: 'Qwen3-0.6B shape, vocabulary 151,936, 1 × 256 tokens',
    config: qwen3,
    rows: 1,
    columns: 256,
  },
} satisfies Record<string, MeasuredShape>;

export type ShapeName = keyof typeof measuredShapes;

import { parseModelConfig, type ModelConfig } from '@profit-sft/models';

function llama(fields: Record<string, number | boolean>): ModelConfig {
  const document = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_act: 'silu',
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    max_position_embeddings: 8192,
    tie_word_embeddings: true,
    torch_dtype: 'float32',
    ...fields,
  };
  return parseModelConfig(document, 'bench');
}

/** HuggingFaceTB/SmolLM2-135M. */
export const smolLm2 = llama({
  vocab_size: 49152,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
});

/** 15M parameters with a vocabulary of 32,000 (the shape of karpathy's stories15M). */
export const llama15M = llama({
  vocab_size: 32000,
  hidden_size: 288,
  intermediate_size: 768,
  num_hidden_layers: 6,
  num_attention_heads: 6,
  num_key_value_heads: 6,
});

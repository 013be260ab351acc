import { beginId, endId } from './tokenizer/tokenizer-files.js';

/** Longest sequence of the base model, in tokens. */
export const maxPositions = 512;

/** `config.json` of the base model: a Llama of 1.7 million parameters. */
export function baseConfig(vocabularySize: number) {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: vocabularySize,
    hidden_size: 160,
    intermediate_size: 432,
    num_hidden_layers: 5,
    num_attention_heads: 5,
    num_key_value_heads: 5,
    head_dim: 32,
    hidden_act: 'silu',
    max_position_embeddings: maxPositions,
    rms_norm_eps: 1e-5,
    rope_theta: 10000,
    rope_scaling: null,
    attention_bias: false,
    mlp_bias: false,
    tie_word_embeddings: true,
    initializer_range: 0.02,
    use_cache: true,
    bos_token_id: beginId,
    eos_token_id: endId,
    pad_token_id: 0,
    torch_dtype: 'float32',
  };
}

import type { ModelConfig } from '../config/model-config.js';

/** Axes of a linear map's weight; GPT-2's are those of a convolution of width 1. */
export type LinearLayout = 'output, input' | 'input, output';

/**
 * How an architecture's checkpoints name and arrange parameters: names without `.weight` and `.bias`, empty for what the
 * architecture does not have.
 */
export interface ParameterLayout {
  readonly embedding: string;
  /** The table of learned positions. */
  readonly positions: string;
  /** A layer's number and a dot follow, then a name of `layer`. */
  readonly layers: string;
  readonly finalNorm: string;
  /** Absent in a tied model. */
  readonly head: string;
  readonly linear: LinearLayout;
  readonly layer: {
    /** Of the attention's input, or of its output; see `normPlacement`. */
    readonly attentionNorm: string;
    /** Of the feed-forward part's input, or of its output. */
    readonly feedForwardNorm: string;
    /** Queries, keys and values: three maps, or one whose outputs lie side by side. */
    readonly projections: readonly [queries: string, keys: string, values: string] | string;
    readonly queryNorm: string;
    readonly keyNorm: string;
    readonly attentionOutput: string;
    /** Of a gated feed-forward part. */
    readonly gate: string;
    readonly up: string;
    readonly down: string;
  };
}

const llama: ParameterLayout = {
  embedding: 'model.embed_tokens',
  positions: '',
  layers: 'model.layers.',
  finalNorm: 'model.norm',
  head: 'lm_head',
  linear: 'output, input',
  layer: {
    attentionNorm: 'input_layernorm',
    feedForwardNorm: 'post_attention_layernorm',
    projections: ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'],
    queryNorm: 'self_attn.q_norm',
    keyNorm: 'self_attn.k_norm',
    attentionOutput: 'self_attn.o_proj',
    gate: 'mlp.gate_proj',
    up: 'mlp.up_proj',
    down: 'mlp.down_proj',
  },
};

const layouts: Readonly<Record<ModelConfig['parameterLayout'], ParameterLayout>> = {
  llama,
  olmo2: {
    ...llama,
    layer: {
      ...llama.layer,
      attentionNorm: 'post_attention_layernorm',
      feedForwardNorm: 'post_feedforward_layernorm',
    },
  },
  gpt2: {
    embedding: 'transformer.wte',
    positions: 'transformer.wpe',
    layers: 'transformer.h.',
    finalNorm: 'transformer.ln_f',
    head: 'lm_head',
    linear: 'input, output',
    layer: {
      attentionNorm: 'ln_1',
      feedForwardNorm: 'ln_2',
      projections: 'attn.c_attn',
      queryNorm: '',
      keyNorm: '',
      attentionOutput: 'attn.c_proj',
      gate: '',
      up: 'mlp.c_fc',
      down: 'mlp.c_proj',
    },
  },
};

export function parameterLayout({ parameterLayout: name }: Pick<ModelConfig, 'parameterLayout'>): ParameterLayout {
  return layouts[name];
}

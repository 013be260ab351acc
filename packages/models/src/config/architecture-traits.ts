import type { Architecture, ModelConfig } from './model-config.js';

/** How an architecture reads its `config.json`, and what of its layers no key says. */
export interface ArchitectureTraits extends Pick<ModelConfig, 'normPlacement' | 'queryKeyNorm'> {
  /** transformers' values for keys that are absent. */
  readonly defaults: {
    readonly maxPositions: number;
    readonly normEpsilon: number;
    /** `undefined`: as many as query heads. */
    readonly keyValueHeads: number | undefined;
    /** `undefined`: hidden_size / num_attention_heads. */
    readonly headSize: number | undefined;
    readonly beginId: number | undefined;
    readonly endId: number | undefined;
  };
  /** Biases of the attention's projections: on all four where `attention_bias` says so, or always on q, k and v. */
  readonly attentionBias: 'by key' | 'queries, keys and values';
  /** `mlp_bias` is a key of it; no biases where not. */
  readonly mlpBiasKey: boolean;
  /** Layers may attend to a window (`use_sliding_window`); the keys mean nothing where not. */
  readonly slidingWindowKeys: boolean;
}

const llama: ArchitectureTraits = {
  defaults: {
    maxPositions: 2048,
    normEpsilon: 1e-6,
    keyValueHeads: undefined,
    headSize: undefined,
    beginId: 1,
    endId: 2,
  },
  attentionBias: 'by key',
  mlpBiasKey: true,
  slidingWindowKeys: false,
  normPlacement: 'before',
  queryKeyNorm: 'none',
};

const qwen2: ArchitectureTraits = {
  defaults: {
    maxPositions: 32768,
    normEpsilon: 1e-6,
    keyValueHeads: 32,
    headSize: undefined,
    beginId: undefined,
    endId: undefined,
  },
  attentionBias: 'queries, keys and values',
  mlpBiasKey: false,
  slidingWindowKeys: true,
  normPlacement: 'before',
  queryKeyNorm: 'none',
};

export const architectureTraits: Readonly<Record<Architecture, ArchitectureTraits>> = {
  llama,
  qwen2,
  qwen3: {
    ...qwen2,
    defaults: { ...qwen2.defaults, headSize: 128 },
    attentionBias: 'by key',
    queryKeyNorm: 'head',
  },
  olmo2: {
    ...llama,
    defaults: { ...llama.defaults, normEpsilon: 1e-5, beginId: undefined, endId: 50279 },
    mlpBiasKey: false,
    normPlacement: 'after',
    queryKeyNorm: 'width',
  },
};

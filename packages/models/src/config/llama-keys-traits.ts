import type { Architecture, ModelConfig } from './model-config.js';

/** What of an architecture's layers no key of `config.json` says. */
export type LayerTraits = Pick<
  ModelConfig,
  'norm' | 'normPlacement' | 'queryKeyNorm' | 'positions' | 'feedForward' | 'parameterLayout'
>;

/** An architecture with the keys of Llama's `config.json`, and how it reads them. */
export interface LlamaKeysTraits {
  readonly layer: LayerTraits;
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

const llama: LlamaKeysTraits = {
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
  layer: {
    norm: 'rootMeanSquare',
    normPlacement: 'before',
    queryKeyNorm: 'none',
    positions: 'rotary',
    feedForward: 'gated',
    parameterLayout: 'llama',
  },
};

const qwen2: LlamaKeysTraits = {
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
  layer: llama.layer,
};

export const llamaKeysTraits: Readonly<Record<Exclude<Architecture, 'gpt2'>, LlamaKeysTraits>> = {
  llama,
  qwen2,
  qwen3: {
    ...qwen2,
    defaults: { ...qwen2.defaults, headSize: 128 },
    attentionBias: 'by key',
    layer: { ...qwen2.layer, queryKeyNorm: 'head' },
  },
  olmo2: {
    ...llama,
    defaults: { ...llama.defaults, normEpsilon: 1e-5, beginId: undefined, endId: 50279 },
    mlpBiasKey: false,
    layer: { ...llama.layer, normPlacement: 'after', queryKeyNorm: 'width', parameterLayout: 'olmo2' },
  },
};

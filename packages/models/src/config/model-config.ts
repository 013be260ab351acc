import type { WritableDtype } from '../safetensors/dtype.js';
import type { JsonObject } from './read-json-file.js';

/** Architectures (`model_type`) that can be read. */
export const supportedArchitectures = ['llama', 'qwen2', 'qwen3', 'olmo2'] as const;

export type Architecture = (typeof supportedArchitectures)[number];

/** How rotary frequencies are stretched for contexts longer than those of pre-training. */
export type RopeScaling =
  | {
      /** Llama 3.1: low frequencies are divided by `factor`, high ones kept, those between interpolated. */
      readonly kind: 'llama3';
      readonly factor: number;
      readonly lowFrequencyFactor: number;
      readonly highFrequencyFactor: number;
      readonly originalMaxPositions: number;
    }
  /** All frequencies are divided by `factor`. */
  | { readonly kind: 'linear'; readonly factor: number };

/** What `config.json` of a model says, with transformers' defaults filled in. */
export interface ModelConfig {
  readonly architecture: Architecture;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly attentionHeads: number;
  /** Divides `attentionHeads`; each key/value head serves attentionHeads / keyValueHeads query heads. */
  readonly keyValueHeads: number;
  /** Even. */
  readonly headSize: number;
  /** ε of every root-mean-square norm. */
  readonly normEpsilon: number;
  readonly ropeTheta: number;
  readonly ropeScaling: RopeScaling | undefined;
  /** The output head is the transposed embedding; there is no `lm_head.weight`. */
  readonly tieEmbeddings: boolean;
  /** q_proj, k_proj and v_proj have biases. */
  readonly attentionBias: boolean;
  /** o_proj has a bias. */
  readonly attentionOutputBias: boolean;
  /** gate_proj, up_proj and down_proj have biases. */
  readonly mlpBias: boolean;
  /** Norms are of what a layer's attention and feed-forward part are given, or (OLMo 2) of what each of them adds. */
  readonly normPlacement: 'before' | 'after';
  /** Queries and keys are normalised: each head by itself (Qwen3), or all heads together (OLMo 2). */
  readonly queryKeyNorm: 'none' | 'head' | 'width';
  /** Longest sequence, in tokens. */
  readonly maxPositions: number;
  /** Ids at which generation stops, from `generation_config.json`, else `config.json`; may be empty. */
  readonly endIds: readonly number[];
  readonly beginId: number | undefined;
  /** Element type that `torch_dtype` / `dtype` names; the weights' own types decide what is read. */
  readonly storedDtype: WritableDtype | undefined;
  /** The parsed `config.json`, kept for writing back. */
  readonly raw: JsonObject;
  /** Text of `config.json`: written back unchanged but for the element type, since JSON numbers do not survive
   * JavaScript unchanged (1.0 becomes 1, which transformers refuses for a float). `undefined`: `raw` is written. */
  readonly configText: string | undefined;
  /** Text of `generation_config.json`, where there is one. */
  readonly generationConfigText: string | undefined;
}

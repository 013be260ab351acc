import type { WritableDtype } from '../safetensors/dtype.js';
import type { JsonObject } from './read-json-file.js';

/** Architectures (`model_type`) that can be read. */
export const supportedArchitectures = ['llama', 'qwen2', 'qwen3', 'olmo2', 'gpt2'] as const;

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
  /** Even where positions are rotary. */
  readonly headSize: number;
  /** ε of every norm. */
  readonly normEpsilon: number;
  /** Of rotary positions. */
  readonly ropeTheta: number;
  readonly ropeScaling: RopeScaling | undefined;
  /** The output head is the transposed embedding; there is no `lm_head.weight`. */
  readonly tieEmbeddings: boolean;
  /** The projections of queries, keys and values have biases. */
  readonly attentionBias: boolean;
  /** The attention's output projection has a bias. */
  readonly attentionOutputBias: boolean;
  /** The maps of the feed-forward part have biases. */
  readonly mlpBias: boolean;
  /** Layer norm has a bias (GPT-2). */
  readonly norm: 'rootMeanSquare' | 'layer';
  /** Norms are of what a layer's attention and feed-forward part are given, or (OLMo 2) of what each of them adds. */
  readonly normPlacement: 'before' | 'after';
  /** Queries and keys are normalised: each head by itself (Qwen3), or all heads together (OLMo 2). */
  readonly queryKeyNorm: 'none' | 'head' | 'width';
  /** Queries and keys are rotated, or (GPT-2) a row for each position is added to the embedding. */
  readonly positions: 'rotary' | 'learned';
  /** down(silu(gate(x)) · up(x)), or (GPT-2) down(gelu(up(x))). */
  readonly feedForward: 'gated' | 'plain';
  /** Whose checkpoints' names and axes the parameters have. */
  readonly parameterLayout: 'llama' | 'olmo2' | 'gpt2';
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

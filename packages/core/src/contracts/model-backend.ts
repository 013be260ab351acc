import type { StandardSchemaV1 } from '@standard-schema/spec';
import { attachDescription } from './attach-description.js';
import type { Plugin } from './plugin.js';
import type { DistributionTerm, SignalSettings } from './masking-rule.js';
import type { ModelSignalName, TokenSignals } from './token-signals.js';
import type { TokenBatch } from './token-batch.js';

/** Facts about an open model. */
export interface ModelDescription {
  /** Hugging Face `model_type`, e.g. `llama`. */
  readonly architecture: string;
  readonly parameterCount: number;
  /** Of these, those that are trained; all where absent. */
  readonly trainableParameterCount?: number;
  /** What is trained instead of the model's own parameters; `save` writes it alone. */
  readonly adapter?: AdapterSettings['name'];
  readonly vocabularySize: number;
  /** Longest sequence the model's positions allow, in tokens. */
  readonly maxPositions: number;
  /** Ids at which generation stops, from `generation_config.json` or `config.json`. */
  readonly endIds: readonly number[];
  /** What runs it, e.g. `onnxruntime cpu`. */
  readonly runtime: string;
  /** The signals that it computes; a run whose rule needs another is refused. */
  readonly signals: readonly ModelSignalName[];
  /** Whether `backward` takes a second term of the loss, and which. */
  readonly distributionTerms: readonly DistributionTerm['towards'][];
}

/** Distributions over the vocabulary for the scored tokens of a batch, computed in pieces as they are asked for. */
export interface TokenDistributions {
  /** Log-probabilities [count, vocabularySize] of scored tokens `first` to `first + count`; valid until the next call. */
  logProbs(first: number, count: number): Promise<Float32Array>;
  release(): void;
}

/** What a pass needs beyond the batch. */
export interface PassOptions extends SignalSettings {
  /** The reference model's distributions of this batch, for a `distribution` towards `reference`. */
  readonly reference?: TokenDistributions;
}

/** A forward pass whose activations are held until `backward` or `release`. One at a time. */
export interface Forward {
  readonly signals: TokenSignals;
  /** Lets go of the activations without a backward pass. */
  release(): void;
}

/** The size of a batch. */
export interface BatchShape {
  readonly rows: number;
  readonly columns: number;
  /** Tokens whose probability is asked for. */
  readonly scored: number;
}

/** What training will take in memory. */
export interface MemoryPlan {
  /** What takes it, in bytes. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** Sum of the parts, in bytes. */
  readonly total: number;
  /** What is computed again instead of kept, one sentence each. */
  readonly notes: readonly string[];
}

export interface UpdateOptions {
  readonly learningRate: number;
  /** Factor on the accumulated gradient: 1 / normaliser. */
  readonly gradientScale: number;
  /** Clip the scaled gradient's global L2 norm to this; `Infinity` for no clipping. */
  readonly maxGradientNorm: number;
  /** Decoupled weight decay (AdamW, arXiv 1711.05101); never applied to norms and biases. */
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export interface UpdateResult {
  /** Global L2 norm of the scaled gradient, before clipping. Not finite: nothing was changed. */
  readonly gradientNorm: number;
  /**
   * In mixed precision: the gradient is not finite because the loss was scaled too high. The scale is lower now, and training
   * may go on.
   */
  readonly overflowed?: boolean;
}

/** How to choose the next token. `temperature: 0` is greedy. */
export interface GenerateOptions {
  readonly maxTokens: number;
  readonly temperature?: number;
  /** Keep the fewest most probable tokens that together reach this probability. */
  readonly topP?: number;
  /** Keep this many most probable tokens. */
  readonly topK?: number;
  /** Keep the tokens that are at least this share as probable as the most probable one (arXiv 2407.01082). */
  readonly minP?: number;
  /**
   * The logits of tokens that the prompt or the continuation holds already are divided by this where positive and multiplied by it
   * where negative (arXiv 1909.05858, as in transformers); 1 changes nothing.
   */
  readonly repetitionPenalty?: number;
  readonly seed?: number;
  /** One for each prompt, in place of `seed`: what is drawn for a prompt then does not depend on the others. */
  readonly seeds?: readonly number[];
  /** Ids that end a sequence; default the model's own. */
  readonly endIds?: readonly number[];
  /** Called after each decoding step with the number of tokens generated so far over all prompts. */
  readonly onProgress?: (tokens: number) => void;
  /** Called with each new token of a prompt, in order; true ends it there with `stop`, the token included. For stop strings. */
  readonly until?: (prompt: number, token: number) => boolean;
  /** Called as soon as a prompt is finished, in any order of prompts. */
  readonly onFinished?: (prompt: number, generation: Generation) => void;
}

export interface Generation {
  /** New tokens only, without the end token. */
  readonly tokens: Int32Array;
  /** `stop`: an end token came; `length`: `maxTokens` or the model's positions ran out. */
  readonly finishReason: 'stop' | 'length';
}

/** A language model as it is: scores and generates, and nothing changes it. What reference models and evaluators need. */
export interface FrozenModel {
  readonly description: ModelDescription;
  /** Signals without keeping activations: evaluation, reference models. */
  score(batch: TokenBatch, needs: readonly ModelSignalName[], options?: PassOptions): Promise<TokenSignals>;
  /** The batch's distributions over the vocabulary, for a model that is another's reference. One at a time. */
  distributions(batch: TokenBatch): Promise<TokenDistributions>;
  /** Continues each prompt; the results are in the order of the prompts. */
  generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]>;
  dispose(): Promise<void>;
}

/** A language model that can be trained. Gradients accumulate over `backward` calls until `update` or `clearGradients`. */
export interface TrainableModel extends FrozenModel {
  /** Signals of the batch's scored tokens under the current weights; activations stay until `backward` or `release`. */
  forward(batch: TokenBatch, needs: readonly ModelSignalName[], options?: PassOptions): Promise<Forward>;
  /**
   * Adds Σ_t weights[t] · ∇(−log p_t) to the gradients, and Σ_t coefficients[t] · ∇CE(q_t, p_t) where coefficients are
   * given, with the distribution q that `forward` was given. All are constants; one per scored token.
   */
  backward(forward: Forward, weights: Float32Array, coefficients?: Float32Array): Promise<void>;
  /** Scales and clips the accumulated gradient, takes one AdamW step, and clears the gradient. */
  update(options: UpdateOptions): Promise<UpdateResult>;
  clearGradients(): void;
  /**
   * What training on batches up to this size takes in the process or on the device that holds the model; undefined where that
   * is not known.
   *
   * @throws MemoryLimitError when it is more than the model may take
   */
  planMemory?(largest: BatchShape): Promise<MemoryPlan | undefined>;
  /**
   * Writes a Hugging Face model directory (`config.json`, safetensors; not the tokenizer); of a model with an adapter, the
   * adapter in PEFT's format.
   */
  save(directory: string): Promise<void>;
  /** Writes everything that training needs to go on exactly: weights (F32, or wider where the model is), moments, step count. */
  saveState(directory: string): Promise<void>;
  /** Goes on from there; accumulated gradients are cleared. The state of another model is refused and changes nothing. */
  loadState(directory: string): Promise<void>;
}

/** Low-rank adapters that are trained in place of the model (LoRA, arXiv 2106.09685). What is absent is PEFT's default, or that of `from`. */
export interface AdapterSettings {
  readonly name: 'lora';
  /** r; 8. */
  readonly rank?: number | undefined;
  /** The adapters' product is scaled by alpha / rank; 8. */
  readonly alpha?: number | undefined;
  /** Scale by alpha / √rank instead (rsLoRA, arXiv 2312.03732); false. */
  readonly rslora?: boolean | undefined;
  /** Probability of dropout on the adapters' inputs, in [0, 1); 0. */
  readonly dropout?: number | undefined;
  /** Linear maps by name or end of name; what PEFT takes for the architecture. */
  readonly targets?: 'all-linear' | readonly string[] | undefined;
  /**
   * How the frozen weights are held: as float32; `stored`: in the element type of their file; `int8`: the layers' matrices in 8 bits with a
   * scale for each row, the rest as stored. They are expanded to float32 when they are used. float32.
   */
  readonly base?: 'float32' | 'stored' | 'int8' | undefined;
  /** Directory of an adapter in PEFT's format to go on with. */
  readonly from?: string | undefined;
  /** Of the first weights and of dropout's masks; 0. */
  readonly seed?: number | undefined;
}

/** How a model is opened. */
export interface OpenModelOptions {
  /** What is trained in place of the model. */
  readonly adapter?: AdapterSettings | undefined;
  /** Where the directory holds an adapter, its base model's directory; default: what the adapter names. */
  readonly base?: string | undefined;
}

/** Runs models and trains them. */
export interface ModelBackend {
  readonly name: string;
  readonly trains?: true;
  /** The adapters that it trains, and that it merges into their base when their directory is opened; none where absent. */
  readonly adapters?: readonly AdapterSettings['name'][];
  /** Opens a Hugging Face model directory for training, or an adapter's directory: its base with the adapter merged into it. */
  open(directory: string, options?: OpenModelOptions): Promise<TrainableModel>;
}

/** Runs models that somebody else trains: as references, for evaluation and generation. */
export interface FrozenBackend {
  readonly name: string;
  readonly trains: false;
  /** Opens a model directory, laid out as this backend reads it. */
  open(directory: string): Promise<FrozenModel>;
}

/** Whether a backend works on this machine, for `profit doctor`. */
export interface BackendHealth {
  /** What was tried, e.g. `onnxruntime cpu`. */
  readonly name: string;
  readonly works: boolean;
  /** Version and what it can do, or why it does not work. */
  readonly detail: string;
  /** The command that installs what is missing. */
  readonly install?: string;
}

interface AnyBackendDefinition<Name extends string, Options extends StandardSchemaV1, Backend> {
  readonly name: Name;
  readonly description: string;
  readonly source: string;
  readonly options: Options;
  create(options: StandardSchemaV1.InferOutput<Options>): Backend;
  /** Tries each runtime of the backend for real. */
  diagnose(): Promise<BackendHealth[]>;
}

export type BackendDefinition<Name extends string, Options extends StandardSchemaV1> = AnyBackendDefinition<
  Name,
  Options,
  ModelBackend
>;

export type FrozenBackendDefinition<Name extends string, Options extends StandardSchemaV1> = AnyBackendDefinition<
  Name,
  Options,
  FrozenBackend
>;

export type BackendPlugin<Name extends string = string, Options extends StandardSchemaV1 = StandardSchemaV1> = Plugin<
  'backend',
  Name,
  Options,
  ModelBackend
> & { readonly trains?: true; diagnose(): Promise<BackendHealth[]> };

export type FrozenBackendPlugin<
  Name extends string = string,
  Options extends StandardSchemaV1 = StandardSchemaV1,
> = Plugin<'backend', Name, Options, FrozenBackend> & {
  readonly trains: false;
  diagnose(): Promise<BackendHealth[]>;
};

/** Defines a model backend: callable with its options in code, and registrable by name. */
export function defineBackend<const Name extends string, Options extends StandardSchemaV1>(
  definition: BackendDefinition<Name, Options>,
): BackendPlugin<Name, Options> {
  return attachDescription('backend', definition, { diagnose: () => definition.diagnose() }, (options) =>
    definition.create(options),
  );
}

/** Defines a backend that does not train, see {@link FrozenBackend}. */
export function defineFrozenBackend<const Name extends string, Options extends StandardSchemaV1>(
  definition: FrozenBackendDefinition<Name, Options>,
): FrozenBackendPlugin<Name, Options> {
  const extra = { trains: false, diagnose: () => definition.diagnose() } as const;
  return attachDescription('backend', definition, extra, (options) => definition.create(options));
}

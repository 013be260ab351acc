import {
  array,
  boolean,
  integer,
  number,
  object,
  oneOf,
  optional,
  parseWith,
  string,
  union,
} from '../schema/schema.js';
import type { InferInput, InferOutput } from '../schema/schema.js';

/** A plugin in a configuration: its name, or an object of its name and options. */
function pluginReference<const O extends { readonly description: string; readonly default?: string }>(options: O) {
  return union([string(), object({ name: string() }, { open: true })], options);
}

/** The keys of a run configuration. Unknown keys are errors, at every level. */
export const runConfigSchema = object({
  model: string({ description: 'Hugging Face model directory: config.json, safetensors, tokenizer.json' }),
  backend: pluginReference({ description: 'what runs the model', default: 'onnxruntime' }),
  adapter: optional(
    object(
      {
        name: oneOf(['lora'], { default: 'lora', description: 'low-rank adapters of linear maps (arXiv 2106.09685)' }),
        rank: optional(integer({ minimum: 1, maximum: 65_536, description: 'r; default 8, or that of adapter.from' })),
        alpha: optional(
          number({
            minimum: 0,
            exclusive: true,
            description: 'scale of the adapters: alpha / rank; default 8, or that of adapter.from',
          }),
        ),
        rslora: optional(
          boolean({
            description:
              'scale by alpha / √rank instead (rank-stabilised, arXiv 2312.03732); default false, or that of adapter.from',
          }),
        ),
        dropout: optional(
          number({
            minimum: 0,
            maximum: 1,
            exclusive: 'maximum',
            description: 'dropout on the adapters’ inputs; default 0, or that of adapter.from',
          }),
        ),
        targets: optional(
          union([oneOf(['all-linear']), array(string(), { minimumLength: 1 })], {
            description:
              'linear maps that get adapters: "all-linear", or names or ends of names; default q_proj and v_proj (GPT-2: c_attn), or those of adapter.from',
          }),
        ),
        base: oneOf(['float32', 'stored', 'int8'], {
          default: 'float32',
          description:
            'how the frozen weights are held: float32; stored: F16 or BF16 as in their file; int8: 8 bits with a scale for each row',
        }),
        from: optional(
          string({ description: 'directory of an adapter in PEFT’s format to go on with, instead of a new one' }),
        ),
      },
      { description: 'train adapters, and keep the model itself frozen' },
    ),
  ),
  masking: pluginReference({
    description: 'token-masking rule: a name, or an object of a name and its options',
    default: 'profit',
  }),
  reference: optional(
    object(
      {
        model: string({ description: 'Hugging Face model directory with the same tokenizer' }),
        backend: optional(
          pluginReference({
            description: 'what runs it, which need not be able to train; default: the backend of the run',
          }),
        ),
        mode: oneOf(['cached', 'online'], {
          default: 'cached',
          description:
            'cached: scored once over all data, kept on the disk and let go of; online: stays in memory and scores each step',
        }),
        cache: optional(
          string({ description: 'folder of cached scores; default: profit-sft/reference in the user’s cache folder' }),
        ),
      },
      { description: 'frozen reference model, for rules that need its probabilities' },
    ),
  ),
  data: object({
    train: pluginReference({ description: 'training data: a file, or a data set plugin with its options' }),
    eval: optional(pluginReference({ description: 'held-out data, evaluated before, during and after training' })),
    references: oneOf(['first', 'random', 'all', 'rotate'], {
      default: 'first',
      description:
        'which of several references a row trains on: first; random: one drawn per epoch; all: each as an example of its own; rotate: the next one each epoch',
    }),
    maxLength: optional(
      integer({ minimum: 2, description: 'longest sequence in tokens; default: what the model allows' }),
    ),
    tooLong: oneOf(['drop', 'truncate', 'error'], {
      default: 'truncate',
      description: 'what happens to longer rows; counted and reported',
    }),
    packing: boolean({
      default: true,
      description: 'concatenate sequences into rows without padding; attention stays within each',
    }),
    shuffle: boolean({ default: true, description: 'a new order each epoch, determined by the seed' }),
  }),
  epochs: optional(
    number({ minimum: 0, exclusive: true, description: 'passes over the data; default 1 where steps is not given' }),
  ),
  steps: optional(integer({ minimum: 1, description: 'optimiser steps, instead of epochs' })),
  batchSize: integer({ minimum: 1, default: 8, description: 'sequences per optimiser step' }),
  microBatchTokens: integer({
    minimum: 1,
    default: 2048,
    description: 'most tokens in one forward pass; a step is split into as many micro-batches as that takes',
  }),
  learningRate: number({ minimum: 0, exclusive: true, default: 1e-5, description: 'peak learning rate' }),
  schedule: oneOf(['cosine', 'linear', 'constant'], {
    default: 'cosine',
    description: 'learning rate after the warm-up: to 0 by cosine, to 0 linearly, or constant',
  }),
  warmup: number({
    minimum: 0,
    default: 0.1,
    description: 'linear warm-up: below 1 a fraction of all steps, else a number of steps',
  }),
  optimizer: object(
    {
      beta1: number({
        minimum: 0,
        maximum: 1,
        exclusive: 'maximum',
        default: 0.9,
        description: 'decay of the running mean of the gradient',
      }),
      beta2: number({
        minimum: 0,
        maximum: 1,
        exclusive: 'maximum',
        default: 0.999,
        description: 'decay of the running mean of its square',
      }),
      epsilon: number({ minimum: 0, exclusive: true, default: 1e-8, description: 'added to the denominator' }),
      weightDecay: number({ minimum: 0, default: 0, description: 'decoupled; not applied to norms and biases' }),
    },
    { default: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 }, description: 'AdamW' },
  ),
  maxGradientNorm: number({
    minimum: 0,
    exclusive: true,
    default: 1,
    description: 'clip the global gradient norm to this',
  }),
  evaluationSteps: optional(
    integer({ minimum: 1, description: 'evaluate every so many steps; default: only before and after training' }),
  ),
  tracedExamples: integer({
    minimum: 0,
    default: 2,
    description:
      'of how many held-out examples each evaluation also records every token’s probability and weight, for reports',
  }),
  earlyStopping: optional(
    object(
      {
        patience: integer({
          minimum: 1,
          default: 3,
          description: 'evaluations without improvement before the run stops',
        }),
        minimumImprovement: number({
          minimum: 0,
          default: 0,
          description: 'smallest fall of the held-out NLL that counts, nats per token',
        }),
      },
      { description: 'stop when the held-out NLL no longer falls; needs data.eval and evaluationSteps' },
    ),
  ),
  checkpointSteps: optional(
    integer({ minimum: 1, description: 'write a checkpoint every so many steps; default: only when interrupted' }),
  ),
  keepCheckpoints: integer({ minimum: 1, default: 2, description: 'how many of the latest checkpoints stay' }),
  plugins: array(string(), {
    default: [],
    description: 'packages or files whose default export is a list of plugins to add',
  }),
  seed: integer({ default: 0, description: 'determines everything random in the run' }),
});

export type RunConfig = InferOutput<typeof runConfigSchema>;
export type RunConfigInput = InferInput<typeof runConfigSchema>;
export type PluginReference = RunConfig['masking'];

/** Validates a run configuration and fills its defaults, or throws `InvalidConfigError` naming each wrong key. */
export function parseRunConfig(input: unknown, subject = 'configuration'): RunConfig {
  return parseWith(runConfigSchema, input, subject);
}

import { llamaKeysTraits, type LlamaKeysTraits } from './llama-keys-traits.js';
import type { ArchitectureSettings } from './architecture-settings.js';
import { counts, layerCounts, sizes } from './bounds.js';
import { shown, type KeyReader } from './key-reader.js';
import type { Architecture } from './model-config.js';
import type { JsonObject } from './read-json-file.js';
import { readRopeSettings } from './rope-settings.js';

/** Reads the keys that Llama has and the architectures after it share. */
export function readLlamaSettings(
  config: KeyReader,
  document: JsonObject,
  architecture: Exclude<Architecture, 'gpt2'>,
): ArchitectureSettings {
  const traits = llamaKeysTraits[architecture];
  const activation = config.string('hidden_act', 'silu');
  // transformers has the same function under both names.
  if (activation !== 'silu' && activation !== 'swish') {
    throw config.error('hidden_act', `is ${shown(activation)}, which is not supported; supported: silu`);
  }
  const hiddenSize = config.integer('hidden_size', sizes);
  const attentionHeads = config.integer('num_attention_heads', sizes);
  const layers = config.integer('num_hidden_layers', layerCounts);
  refuseSlidingWindow(config, document, traits, layers);
  const maxPositions = config.integer('max_position_embeddings', counts, traits.defaults.maxPositions);
  const allBiases = traits.attentionBias === 'by key' && config.boolean('attention_bias', false);
  return {
    ...traits.layer,
    hiddenSize,
    intermediateSize: config.integer('intermediate_size', sizes),
    layers,
    attentionHeads,
    keyValueHeads: readKeyValueHeads(config, document, traits, attentionHeads),
    headSize: readHeadSize(config, traits, hiddenSize, attentionHeads),
    normEpsilon: config.number('rms_norm_eps', { minimum: 0, maximum: 1 }, traits.defaults.normEpsilon),
    ...readRopeSettings(config, maxPositions),
    tieEmbeddings: config.boolean('tie_word_embeddings', false),
    attentionBias: allBiases || traits.attentionBias === 'queries, keys and values',
    attentionOutputBias: allBiases,
    mlpBias: traits.mlpBiasKey && config.boolean('mlp_bias', false),
    maxPositions,
    defaults: traits.defaults,
  };
}

/** Llama and OLMo 2 ignore these keys; Qwen slides in the layers from `max_window_layers` on, or where `layer_types` says so. */
function refuseSlidingWindow(
  config: KeyReader,
  document: JsonObject,
  { slidingWindowKeys }: LlamaKeysTraits,
  layers: number,
): void {
  const types = config.value('layer_types');
  if (types !== undefined) {
    if (!Array.isArray(types)) throw config.error('layer_types', 'must be a list');
    const other: unknown = types.find((type) => type !== 'full_attention');
    if (other !== undefined) {
      throw config.error('layer_types', `has ${shown(other)}; only full_attention is supported`);
    }
    return;
  }
  if (!slidingWindowKeys || !config.boolean('use_sliding_window', false)) return;
  if (document['sliding_window'] === null) return;
  const window = config.integer('sliding_window', counts, 4096);
  const first = config.integer('max_window_layers', { minimum: 0, maximum: 2 ** 31 - 1 }, 28);
  if (first < layers) {
    throw config.error(
      'use_sliding_window',
      `is true: layers from ${first} on attend to a window of ${window} tokens, which is not supported`,
    );
  }
}

function readKeyValueHeads(
  config: KeyReader,
  document: JsonObject,
  { defaults }: LlamaKeysTraits,
  attentionHeads: number,
): number {
  // transformers: Qwen's default is 32 where the key is absent; an explicit null means as many as query heads.
  const absent = !Object.hasOwn(document, 'num_key_value_heads');
  const heads = config.integer(
    'num_key_value_heads',
    sizes,
    (absent ? defaults.keyValueHeads : undefined) ?? attentionHeads,
  );
  if (attentionHeads % heads !== 0) {
    throw config.error('num_key_value_heads', `(${heads}) must divide num_attention_heads (${attentionHeads})`);
  }
  return heads;
}

function readHeadSize(config: KeyReader, { defaults }: LlamaKeysTraits, hiddenSize: number, heads: number): number {
  let headSize: number;
  if (config.value('head_dim') !== undefined) headSize = config.integer('head_dim', sizes);
  else if (defaults.headSize !== undefined) headSize = defaults.headSize;
  else {
    if (hiddenSize % heads !== 0) {
      throw config.error('hidden_size', `(${hiddenSize}) must be a multiple of num_attention_heads (${heads})`);
    }
    headSize = hiddenSize / heads;
  }
  if (headSize % 2 !== 0) {
    throw config.error('head_dim', `is ${headSize}; rotary embeddings need an even head size`);
  }
  return headSize;
}

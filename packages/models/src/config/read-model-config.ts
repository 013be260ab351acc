import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import type { WritableDtype } from '../safetensors/dtype.js';
import { architectureTraits, type ArchitectureTraits } from './architecture-traits.js';
import { keyReader, shown, type Bounds, type KeyReader } from './key-reader.js';
import { supportedArchitectures, type Architecture, type ModelConfig } from './model-config.js';
import { readJsonFile, type JsonObject } from './read-json-file.js';
import { readRopeSettings } from './rope-settings.js';

/** Wide enough for every published model, narrow enough that products of two stay exact integers. */
const sizes: Bounds = { minimum: 1, maximum: 2 ** 24 };
const counts: Bounds = { minimum: 1, maximum: 2 ** 31 - 1 };
const ids: Bounds = { minimum: 0, maximum: 2 ** 31 - 1 };

/**
 * Reads `config.json` (and `generation_config.json`, where there is one) of a Hugging Face model directory.
 * Throws {@link InvalidModelError} naming the key for values that are missing or wrong, and for what this version
 * cannot compute: other architectures, sliding windows, mixtures of experts, quantised weights.
 */
export async function readModelConfig(directory: string): Promise<ModelConfig> {
  const file = join(directory, 'config.json');
  const config = await readJsonFile(file);
  if (config === undefined) {
    throw new InvalidModelError(file, 'does not exist; a model directory must have a config.json');
  }
  const generation = await readJsonFile(join(directory, 'generation_config.json'));
  const parsed = parseModelConfig(config.document, directory, generation?.document);
  return { ...parsed, configText: config.text, generationConfigText: generation?.text };
}

/**
 * The same from documents in memory, e.g. to make a new model. `directory` is only named in errors.
 */
export function parseModelConfig(document: JsonObject, directory: string, generation?: JsonObject): ModelConfig {
  const config = keyReader(document, join(directory, 'config.json'));
  const architecture = readArchitecture(config);
  refuseUnsupported(config, architecture);

  const traits = architectureTraits[architecture];
  const hiddenSize = config.integer('hidden_size', sizes);
  const attentionHeads = config.integer('num_attention_heads', sizes);
  const layers = config.integer('num_hidden_layers', { minimum: 1, maximum: 4096 });
  refuseSlidingWindow(config, document, traits, layers);
  const maxPositions = config.integer('max_position_embeddings', counts, traits.defaults.maxPositions);
  const allBiases = traits.attentionBias === 'by key' && config.boolean('attention_bias', false);
  return {
    architecture,
    vocabularySize: config.integer('vocab_size', sizes),
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
    normPlacement: traits.normPlacement,
    queryKeyNorm: traits.queryKeyNorm,
    maxPositions,
    ...readSpecialIds(config, document, traits, generation, directory),
    storedDtype: readStoredDtype(config),
    raw: document,
    configText: undefined,
    generationConfigText: generation === undefined ? undefined : `${JSON.stringify(generation, undefined, 2)}\n`,
  };
}

function readArchitecture(config: KeyReader): Architecture {
  const type = config.string('model_type');
  const architecture = supportedArchitectures.find((name) => name === type);
  if (architecture === undefined) {
    throw config.error(
      'model_type',
      `is ${shown(type)}, which is not supported; supported: ${supportedArchitectures.join(', ')}`,
    );
  }
  return architecture;
}

function refuseUnsupported(config: KeyReader, architecture: Architecture): void {
  const activation = config.string('hidden_act', 'silu');
  // transformers has the same function under both names.
  if (activation !== 'silu' && activation !== 'swish') {
    throw config.error('hidden_act', `is ${shown(activation)}, which is not supported; supported: silu`);
  }
  if (config.value('quantization_config') !== undefined) {
    throw config.error('quantization_config', 'is set: quantised weights cannot be trained; use the unquantised model');
  }
  for (const key of ['num_local_experts', 'num_experts', 'n_routed_experts']) {
    const experts = config.value(key);
    if (experts !== undefined && experts !== 0) {
      throw config.error(key, `is ${shown(experts)}: mixtures of experts are not supported (${architecture} has none)`);
    }
  }
}

/** Llama and OLMo 2 ignore these keys; Qwen slides in the layers from `max_window_layers` on, or where `layer_types` says so. */
function refuseSlidingWindow(
  config: KeyReader,
  document: JsonObject,
  { slidingWindowKeys }: ArchitectureTraits,
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
  { defaults }: ArchitectureTraits,
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

function readHeadSize(config: KeyReader, { defaults }: ArchitectureTraits, hiddenSize: number, heads: number): number {
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

function readSpecialIds(
  config: KeyReader,
  document: JsonObject,
  { defaults }: ArchitectureTraits,
  generation: JsonObject | undefined,
  directory: string,
): Pick<ModelConfig, 'endIds' | 'beginId'> {
  const generationReader = keyReader(generation ?? {}, join(directory, 'generation_config.json'));
  const ofConfig = config.integers('eos_token_id', ids);
  const ofGeneration = generationReader.integers('eos_token_id', ids);
  const byDefault = (key: string, id: number | undefined): number[] =>
    id !== undefined && !Object.hasOwn(document, key) ? [id] : [];
  const fallback = ofConfig.length > 0 ? ofConfig : byDefault('eos_token_id', defaults.endId);
  const begin = [
    ...config.integers('bos_token_id', ids),
    ...generationReader.integers('bos_token_id', ids),
    ...byDefault('bos_token_id', defaults.beginId),
  ];
  return { endIds: [...new Set(ofGeneration.length > 0 ? ofGeneration : fallback)], beginId: begin[0] };
}

function readStoredDtype(config: KeyReader): WritableDtype | undefined {
  const name = config.string('dtype', config.string('torch_dtype', '')).replace(/^torch\./, '');
  if (name === 'float32') return 'F32';
  if (name === 'float16') return 'F16';
  return name === 'bfloat16' ? 'BF16' : undefined;
}

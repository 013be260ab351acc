import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import type { WritableDtype } from '../safetensors/dtype.js';
import { keyReader, shown, type KeyReader } from './key-reader.js';
import { supportedArchitectures, type Architecture, type ModelConfig } from './model-config.js';
import { readJsonFile, type JsonObject } from './read-json-file.js';
import { readGpt2Settings } from './gpt2-settings.js';
import { readLlamaSettings } from './llama-settings.js';
import type { ArchitectureSettings } from './architecture-settings.js';
import { ids, sizes } from './bounds.js';

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
  const { defaults, ...settings } =
    architecture === 'gpt2' ? readGpt2Settings(config) : readLlamaSettings(config, document, architecture);
  return {
    architecture,
    vocabularySize: config.integer('vocab_size', sizes),
    ...settings,
    ...readSpecialIds(config, document, defaults, generation, directory),
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

function readSpecialIds(
  config: KeyReader,
  document: JsonObject,
  defaults: ArchitectureSettings['defaults'],
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

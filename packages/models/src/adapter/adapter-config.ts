import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { keyReader, shown } from '../config/key-reader.js';
import { isJsonObject, readJsonFile } from '../config/read-json-file.js';

/** Of a directory in the format of PEFT (github.com/huggingface/peft). */
export const adapterConfigFile = 'adapter_config.json';

/** What `adapter_config.json` says of a LoRA adapter. */
export interface AdapterConfig {
  /** `base_model_name_or_path`: a directory, or a name on the Hugging Face hub. */
  readonly base: string | undefined;
  readonly rank: number;
  readonly alpha: number;
  readonly dropout: number;
  readonly rankStabilised: boolean;
  /** Ends of names of linear maps; `undefined` where a pattern says which, and the tensors have to tell. */
  readonly targetModules: readonly string[] | undefined;
}

/** What an adapter's product is multiplied by: alpha / rank (arXiv 2106.09685), or alpha / √rank (rsLoRA, arXiv 2312.03732). */
export function adapterScale({
  rank,
  alpha,
  rankStabilised,
}: Pick<AdapterConfig, 'rank' | 'alpha' | 'rankStabilised'>): number {
  return alpha / (rankStabilised ? Math.sqrt(rank) : rank);
}

export async function isAdapterDirectory(directory: string): Promise<boolean> {
  return stat(join(directory, adapterConfigFile)).then(
    (found) => found.isFile(),
    () => false,
  );
}

/** Keys that are read. */
const read = new Set([
  ...['peft_type', 'task_type', 'base_model_name_or_path', 'r', 'lora_alpha', 'lora_dropout'],
  ...['use_rslora', 'target_modules', 'bias', 'init_lora_weights'],
]);
/** Keys that change nothing about an adapter that has been trained: where it came from, and settings of what others switch on. */
const withoutEffect = new Set([
  ...['auto_mapping', 'peft_version', 'revision', 'inference_mode', 'fan_in_fan_out', 'exclude_modules'],
  ...['megatron_core', 'qalora_group_size', 'loftq_config', 'eva_config'],
]);
/** Ways to begin that leave the base as it is; others train an adapter of a base that they changed. */
const initialisations: readonly unknown[] = [true, false, 'gaussian', 'eva', 'orthogonal'];

const largestRank = 65_536;

/**
 * Reads `adapter_config.json`.
 * @throws InvalidModelError for another kind of adapter, a wrong value, and by its name for a feature that is not supported
 */
export async function readAdapterConfig(directory: string): Promise<AdapterConfig> {
  const file = join(directory, adapterConfigFile);
  const found = await readJsonFile(file);
  if (found === undefined) {
    throw new InvalidModelError(file, 'does not exist; an adapter is a directory in the format of PEFT');
  }
  const reader = keyReader(found.document, file);
  const kind = reader.string('peft_type');
  if (kind !== 'LORA') throw reader.error('peft_type', `is ${shown(kind)}, which is not supported; supported: "LORA"`);
  const task = reader.string('task_type', 'CAUSAL_LM');
  if (task !== 'CAUSAL_LM') throw reader.error('task_type', `is ${shown(task)}; needed: "CAUSAL_LM"`);
  const bias = reader.string('bias', 'none');
  if (bias !== 'none') throw reader.error('bias', `is ${shown(bias)}, which is not supported; supported: "none"`);
  const initialisation = reader.value('init_lora_weights') ?? true;
  if (!initialisations.includes(initialisation)) {
    const message = `is ${shown(initialisation)}, which is not supported: it trains on a base that it changes`;
    throw reader.error('init_lora_weights', message);
  }
  for (const key of reader.keys()) {
    const value = reader.value(key);
    if (read.has(key) || withoutEffect.has(key) || isOff(value)) continue;
    throw reader.error(key, `is ${shown(value)}, which is not supported`);
  }
  return {
    base: reader.value('base_model_name_or_path') === undefined ? undefined : reader.string('base_model_name_or_path'),
    rank: reader.integer('r', { minimum: 1, maximum: largestRank }, 8),
    alpha: reader.positive('lora_alpha', 8),
    dropout: reader.number('lora_dropout', { minimum: 0, maximum: 1 }, 0),
    rankStabilised: reader.boolean('use_rslora', false),
    targetModules: targetModules(reader.value('target_modules')),
  };
}

/** A feature that is not used: PEFT writes every key that it knows. */
function isOff(value: unknown): boolean {
  if (value === undefined || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function targetModules(value: unknown): readonly string[] | undefined {
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
  return isList ? value : undefined;
}

/** The text of `adapter_config.json`, as PEFT reads it. `fanInFanOut`: weights of the base are [in, out]. */
export function adapterConfigText(
  config: AdapterConfig & { readonly targetModules: readonly string[] },
  fanInFanOut: boolean,
): string {
  const document = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: config.base ?? null,
    inference_mode: true,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    use_rslora: config.rankStabilised,
    target_modules: config.targetModules,
    fan_in_fan_out: fanInFanOut,
    bias: 'none',
    modules_to_save: null,
    init_lora_weights: true,
    use_dora: false,
    rank_pattern: {},
    alpha_pattern: {},
    layers_to_transform: null,
    layers_pattern: null,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

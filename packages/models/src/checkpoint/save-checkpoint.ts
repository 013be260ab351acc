import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import type { ModelConfig } from '../config/model-config.js';
import { setTopLevelStrings } from '../config/set-top-level-strings.js';
import { writeText } from '../config/write-text.js';
import type { WritableDtype } from '../safetensors/dtype.js';
import { writeSafetensors, type TensorToWrite } from '../safetensors/write-safetensors.js';
import { indexFile, isWeightFile, shardFile, singleFile } from './weight-files.js';

export interface ParameterToSave {
  readonly name: string;
  readonly shape: readonly number[];
  /** The elements, or where to get them when their turn comes, so that only one tensor is in memory. */
  readonly data: Float32Array | (() => Float32Array | Promise<Float32Array>);
}

export interface SaveOptions {
  /** Element type of every tensor in the file. */
  readonly dtype: WritableDtype;
  /** Largest file in bytes (a larger tensor gets a file of its own); default 5 GB, as in transformers. */
  readonly shardBytes?: number;
}

const dtypeNames = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/**
 * Writes a Hugging Face model directory that transformers' `from_pretrained` loads: the weights in one file or in
 * shards with an index, then `generation_config.json` where the model had one, and `config.json` last, unchanged but
 * for its element type. Each file is complete or absent. Throws {@link OutputError} when a file cannot be written, when
 * a weight is too large for `dtype`, or when the directory holds weights that this save would not replace.
 */
export async function saveCheckpoint(
  directory: string,
  config: ModelConfig,
  parameters: Iterable<ParameterToSave>,
  options: SaveOptions,
): Promise<void> {
  const { dtype, shardBytes = 5_000_000_000 } = options;
  const tensors = [...parameters].map((parameter): TensorToWrite => ({ ...parameter, dtype }));
  const shards = splitIntoShards(tensors, shardBytes);
  const names = shards.map((_, i) => (shards.length === 1 ? singleFile : shardFile(i + 1, shards.length)));
  await prepareDirectory(directory, shards.length === 1 ? names : [...names, indexFile]);
  for (const [i, shard] of shards.entries()) await writeSafetensors(join(directory, names[i]), shard);
  if (shards.length > 1) await writeText(join(directory, indexFile), indexText(shards, names));
  if (config.generationConfigText !== undefined) {
    await writeText(join(directory, 'generation_config.json'), config.generationConfigText);
  }
  await writeText(join(directory, 'config.json'), configTextWith(config, dtype));
}

function byteLength(tensor: TensorToWrite): number {
  return tensor.shape.reduce((product, size) => product * size, tensor.dtype === 'F32' ? 4 : 2);
}

/** In order, each file filled until the next tensor would not fit; at least one file. */
function splitIntoShards(tensors: readonly TensorToWrite[], shardBytes: number): TensorToWrite[][] {
  const shards: TensorToWrite[][] = [[]];
  let used = 0;
  for (const tensor of tensors) {
    const bytes = byteLength(tensor);
    if (used > 0 && used + bytes > shardBytes) {
      shards.push([]);
      used = 0;
    }
    shards[shards.length - 1].push(tensor);
    used += bytes;
  }
  return shards;
}

/** Weights left by an earlier save would be loaded in place of, or together with, the new ones. */
async function prepareDirectory(directory: string, willWrite: readonly string[]): Promise<void> {
  let present: string[];
  try {
    await mkdir(directory, { recursive: true });
    present = await readdir(directory);
  } catch (cause) {
    throw new OutputError(directory, `cannot be made (${(cause as Error).message})`, { cause });
  }
  const stale = present.filter((name) => isWeightFile(name) && !willWrite.includes(name));
  if (stale.length > 0) {
    throw new OutputError(
      directory,
      `already holds other weights (${stale.slice(0, 3).join(', ')}); choose another directory`,
    );
  }
}

function indexText(shards: readonly (readonly TensorToWrite[])[], names: readonly string[]): string {
  const weightMap = shards.flatMap((shard, i) => shard.map((tensor): [string, string] => [tensor.name, names[i]]));
  weightMap.sort(([a], [b]) => (a < b ? -1 : 1));
  const totalSize = shards.flat().reduce((total, tensor) => total + byteLength(tensor), 0);
  const index = { metadata: { total_size: totalSize }, weight_map: Object.fromEntries(weightMap) };
  return `${JSON.stringify(index, undefined, 2)}\n`;
}

/** `torch_dtype` is the key of transformers 4, `dtype` that of 5, which still reads the old one. */
function configTextWith(config: ModelConfig, dtype: WritableDtype): string {
  const text = config.configText ?? `${JSON.stringify(config.raw, undefined, 2)}\n`;
  const present = ['torch_dtype', 'dtype'].filter((key) => Object.hasOwn(config.raw, key));
  const keys = present.length > 0 ? present : ['torch_dtype'];
  return setTopLevelStrings(text, new Map(keys.map((key) => [key, dtypeNames[dtype]])));
}

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { shown } from '../config/key-reader.js';
import type { ModelConfig } from '../config/model-config.js';
import { isJsonObject, readJsonFile } from '../config/read-json-file.js';
import type { SafetensorsDtype } from '../safetensors/dtype.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/open-safetensors.js';
import { withCanonicalNames } from './canonical-names.js';
import { indexFile, singleFile } from './weight-files.js';

/** The weights of a model directory, in one file or several; headers in memory, tensors on disk. */
export interface Checkpoint {
  readonly directory: string;
  readonly tensors: ReadonlyMap<string, CheckpointTensor>;
  /** The tensor as float32, into `into` where given; see {@link SafetensorsFile.readFloat32}. */
  readFloat32(name: string, into?: Float32Array): Promise<Float32Array>;
  close(): Promise<void>;
}

export interface CheckpointTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  /** Path of the file that holds it. */
  readonly file: string;
}

/** More shards than any published model has; bounds the number of open files. */
const maxShards = 1000;

/**
 * Opens `model.safetensors`, or the shards that `model.safetensors.index.json` lists, of a Hugging Face model directory.
 * With a configuration, tensors have the names that `expectedParameters` gives, else those of the files.
 * Throws {@link InvalidModelError} when there is neither, and for a shard or tensor of the index that is not there.
 */
export async function openCheckpoint(
  directory: string,
  config?: Pick<ModelConfig, 'parameterLayout'>,
): Promise<Checkpoint> {
  const checkpoint = await openStored(directory);
  return config === undefined ? checkpoint : withCanonicalNames(checkpoint, config);
}

async function openStored(directory: string): Promise<Checkpoint> {
  const single = join(directory, singleFile);
  if (await exists(single)) {
    const file = await openSafetensors(single);
    return checkpointOf(directory, new Map([...file.tensors.keys()].map((name) => [name, file])), [file]);
  }
  const indexPath = join(directory, indexFile);
  const index = await readJsonFile(indexPath);
  if (index === undefined) throw await noWeights(directory);
  const shardOf = readWeightMap(index.document, indexPath);
  const names = [...new Set(shardOf.values())];
  if (names.length > maxShards) {
    throw new InvalidModelError(indexPath, `lists ${names.length} shards, more than the ${maxShards} allowed`);
  }
  const files = new Map<string, SafetensorsFile>();
  try {
    for (const name of names) {
      const path = join(directory, name);
      if (!(await exists(path)))
        throw new InvalidModelError(indexPath, `lists the shard ${name}, which does not exist`);
      files.set(name, await openSafetensors(path));
    }
    const fileOf = new Map<string, SafetensorsFile>();
    for (const [tensor, shard] of shardOf) {
      const file = files.get(shard) as SafetensorsFile;
      if (!file.tensors.has(tensor)) {
        throw new InvalidModelError(indexPath, `says that ${shown(tensor)} is in ${shard}, which does not have it`);
      }
      fileOf.set(tensor, file);
    }
    return checkpointOf(directory, fileOf, [...files.values()]);
  } catch (error) {
    await Promise.all([...files.values()].map((file) => file.close()));
    throw error;
  }
}

function checkpointOf(
  directory: string,
  fileOf: ReadonlyMap<string, SafetensorsFile>,
  files: readonly SafetensorsFile[],
): Checkpoint {
  const tensors = new Map<string, CheckpointTensor>();
  for (const [name, file] of fileOf) {
    const entry = file.tensors.get(name);
    if (entry !== undefined) tensors.set(name, { dtype: entry.dtype, shape: entry.shape, file: file.path });
  }
  return {
    directory,
    tensors,
    async readFloat32(name, into) {
      const file = fileOf.get(name);
      if (file === undefined) throw new InvalidModelError(directory, `has no tensor ${shown(name)}`);
      return file.readFloat32(name, into);
    },
    async close() {
      await Promise.all(files.map((file) => file.close()));
    },
  };
}

/** Tensor name to shard, which must be a plain name: an index must not make us read outside its directory. */
function readWeightMap(index: Readonly<Record<string, unknown>>, indexPath: string): Map<string, string> {
  const map = Object.hasOwn(index, 'weight_map') ? index['weight_map'] : undefined;
  if (!isJsonObject(map)) throw new InvalidModelError(indexPath, 'weight_map is missing or not an object');
  const result = new Map<string, string>();
  for (const [tensor, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !/^[^/\\:\0]+\.safetensors$/.test(shard)) {
      throw new InvalidModelError(
        indexPath,
        `weight_map[${shown(tensor)}] must be the name of a .safetensors file beside the index, but is ${shown(shard)}`,
      );
    }
    result.set(tensor, shard);
  }
  return result;
}

async function noWeights(directory: string): Promise<InvalidModelError> {
  if (!(await exists(directory))) return new InvalidModelError(directory, 'does not exist');
  const pickled = ['pytorch_model.bin', 'pytorch_model.bin.index.json'];
  for (const name of pickled) {
    if (await exists(join(directory, name))) {
      const message = `has its weights in ${name}, which is not read; convert the model to safetensors`;
      return new InvalidModelError(directory, message);
    }
  }
  return new InvalidModelError(directory, `has no weights: neither ${singleFile} nor ${indexFile} exists`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

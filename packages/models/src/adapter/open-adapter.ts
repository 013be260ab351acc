import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { parameterLayout } from '../checkpoint/parameter-layout.js';
import { shown } from '../config/key-reader.js';
import type { ModelConfig } from '../config/model-config.js';
import { isFloatDtype } from '../safetensors/dtype.js';
import { openSafetensors, type SafetensorsFile } from '../safetensors/open-safetensors.js';
import { adapterConfigFile, adapterScale, readAdapterConfig, type AdapterConfig } from './adapter-config.js';
import { isTarget } from './adapter-targets.js';
import { adapterParameters, linearMaps } from './layer-adapters.js';

export const adapterWeightsFile = 'adapter_model.safetensors';
/** What PEFT puts before the names of the base's modules. */
export const adapterPrefix = 'base_model.model.';

/** A LoRA adapter that fits a base, its tensors on the disk. */
export interface Adapter {
  readonly directory: string;
  readonly config: AdapterConfig;
  readonly scale: number;
  /** Linear maps by their name within the layer, in its order. */
  readonly targets: readonly string[];
  /** A parameter by the name that `adapterParameters` gives it. */
  read(name: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** Complaints that one error lists; the rest are counted. */
const maxListed = 5;

/**
 * Opens an adapter in PEFT's format and checks it against the base that it is to be added to.
 * @throws InvalidModelError for what is not supported, naming the key, and for an adapter of another model, naming the tensors
 */
export async function openAdapter(directory: string, base: ModelConfig): Promise<Adapter> {
  const config = await readAdapterConfig(directory);
  const path = join(directory, adapterWeightsFile);
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    const pickled = await stat(join(directory, 'adapter_model.bin')).catch(() => undefined);
    const instead = pickled === undefined ? '' : '; adapter_model.bin is not read, convert it to safetensors';
    throw new InvalidModelError(path, `does not exist${instead}`);
  }
  const file = await openSafetensors(path);
  try {
    return {
      directory,
      config,
      scale: adapterScale(config),
      targets: verifiedTargets(directory, file, config, base),
      read: (name) => file.readFloat32(`${adapterPrefix}${name}`),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The maps that the file's tensors belong to, once every tensor is known to be there and to fit. */
function verifiedTargets(
  directory: string,
  file: SafetensorsFile,
  { rank, targetModules }: AdapterConfig,
  base: ModelConfig,
): readonly string[] {
  const maps = linearMaps(base).map(({ name }) => name);
  const expectedAnywhere = parametersFor(base, rank, maps);
  const complaints = [...file.tensors.keys()]
    .filter((name) => !expectedAnywhere.has(name))
    .map((name) => `${shown(name)} belongs to no linear map of the base's layers (${base.architecture})`);
  const { layers } = parameterLayout(base);
  const targets = maps.filter((map) =>
    [...file.tensors.keys()].some((name) => {
      const [prefix, end] = [`${adapterPrefix}${layers}`, `.${map}.`];
      return name.startsWith(prefix) && name.slice(prefix.length).replace(/^\d+/, '').startsWith(end);
    }),
  );
  for (const [name, shape] of parametersFor(base, rank, targets)) {
    const tensor = file.tensors.get(name);
    if (tensor === undefined) complaints.push(`${name} is missing`);
    else if (tensor.shape.join() !== shape.join()) {
      const needed = `[${shape.join(', ')}] for this base and r = ${rank}`;
      complaints.push(`${name} has the shape [${tensor.shape.join(', ')}], needed: ${needed}`);
    } else if (!isFloatDtype(tensor.dtype)) {
      complaints.push(`${name} has dtype ${tensor.dtype}; needed: F32, F16, BF16 or F64`);
    }
  }
  // PEFT writes ends of names, or, for what was "all-linear", the name of every map of every layer.
  const modules = Array.from({ length: base.layers }, (_, layer) =>
    targets.map((target) => `${layers}${layer}.${target}`),
  ).flat();
  for (const module of targetModules ?? []) {
    if (modules.some((own) => isTarget(own, module))) continue;
    complaints.push(`target_modules of ${adapterConfigFile} has ${shown(module)}, for which there are no tensors`);
  }
  if (targets.length === 0 && complaints.length === 0) complaints.push(`${adapterWeightsFile} has no tensors`);
  if (complaints.length === 0) return targets;
  const listed = complaints.slice(0, maxListed).join('\n  ');
  const more = complaints.length > maxListed ? `\n  and ${complaints.length - maxListed} more` : '';
  throw new InvalidModelError(directory, `does not fit the base model:\n  ${listed}${more}`);
}

/** Shapes of an adapter's tensors by their names in the file. */
function parametersFor(base: ModelConfig, rank: number, targets: readonly string[]): Map<string, readonly number[]> {
  const adapters = { rank, scale: 1, targets, dropout: 0, seed: 0 };
  return new Map(
    adapterParameters({ ...base, adapters }).map(({ name, shape }) => [`${adapterPrefix}${name}`, shape] as const),
  );
}

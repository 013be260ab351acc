import { enableProdMode, engine, version_core } from '@tensorflow/tfjs-core';
import type { StartedRuntime } from './start-runtime.js';
import {
  findPackage,
  importPackage,
  nodePackageVariable,
  packageAt,
  type InstalledPackage,
} from './optional-package.js';
import { setBackend } from '../runtime/active-backend.js';

type NodePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** The package as it is installed, or for `tfjs-node` where the environment says. */
export function findNodePackage(name: NodePackage): InstalledPackage {
  const directory = name === '@tensorflow/tfjs-node' ? process.env[nodePackageVariable] : undefined;
  if (directory !== undefined && directory !== '') {
    const named = packageAt(directory);
    if (named === undefined) throw new Error(`${nodePackageVariable} names ${directory}, which holds no package.json`);
    return named;
  }
  const found = findPackage(name);
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

let started: NodePackage | undefined;

/** TensorFlow's C library, by the binding of `tfjs-node`; of its two packages a process can load one. */
export async function startNode(name: NodePackage): Promise<Omit<StartedRuntime, 'name'>> {
  const found = findNodePackage(name);
  if (found.version !== version_core) {
    throw new Error(`${name} ${found.version} is installed, and version ${version_core} is needed`);
  }
  if (started !== undefined && started !== name) throw new Error(`${started} is loaded in this process already`);
  // It reports on the standard error stream what the processor can do.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // The binding brings the kernels of the CPU and a platform, which are there already; a warning for each would be printed.
  enableProdMode();
  const loaded = await importPackage(found);
  started = name;
  await setBackend('tensorflow');
  const { binding, isUsingGpuDevice } = engine().findBackend('tensorflow') as unknown as {
    binding: { TF_Version?: string };
    isUsingGpuDevice?: boolean;
  };
  const library = binding.TF_Version ?? (loaded.default as { version?: { tensorflow?: string } })?.version?.tensorflow;
  return {
    backendName: 'tensorflow',
    keepsArrays: true,
    detail: [
      `${name} ${found.version}`,
      ...(library === undefined ? [] : [`libtensorflow ${library}`]),
      isUsingGpuDevice === true ? 'on a GPU' : 'on the CPU',
    ].join(', '),
  };
}

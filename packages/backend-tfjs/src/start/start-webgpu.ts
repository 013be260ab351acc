import { version_core } from '@tensorflow/tfjs-core';
import type { StartedRuntime } from './start-runtime.js';
import { findPackage, importPackage, type InstalledPackage } from './optional-package.js';
import { setBackend } from '../runtime/active-backend.js';

const backendPackage = '@tensorflow/tfjs-backend-webgpu';
/** Dawn for Node.js, which has no WebGPU of its own. */
const gpuPackage = 'webgpu';

export function findWebgpuPackage(): InstalledPackage {
  const found = findPackage(backendPackage);
  if (found === undefined) throw new Error(`${backendPackage} is not installed`);
  if (!hasGpu() && findPackage(gpuPackage) === undefined) {
    throw new Error(`${gpuPackage} is not installed, and this JavaScript has no navigator.gpu`);
  }
  return found;
}

/** A GPU by WebGPU: what `navigator.gpu` gives, or Dawn. */
export async function startWebgpu(): Promise<Omit<StartedRuntime, 'name'>> {
  const found = findWebgpuPackage();
  if (found.version !== version_core) {
    throw new Error(`${backendPackage} ${found.version} is installed, and version ${version_core} is needed`);
  }
  if (!hasGpu()) await provideGpu(findPackage(gpuPackage) as InstalledPackage);
  const adapter = await gpu()?.requestAdapter();
  if (adapter === null || adapter === undefined) throw new Error('no GPU driver that WebGPU can use was found');
  await importPackage(found);
  await setBackend('webgpu');
  const device = [adapter.info?.vendor, adapter.info?.description].filter((part) => part !== undefined && part !== '');
  return {
    backendName: 'webgpu',
    keepsArrays: true,
    detail: [`${backendPackage} ${found.version}`, ...device].join(', '),
  };
}

interface Gpu {
  requestAdapter(): Promise<{ readonly info?: { vendor?: string; description?: string } } | null>;
}

function gpu(): Gpu | undefined {
  return (globalThis as { navigator?: { gpu?: Gpu } }).navigator?.gpu;
}

function hasGpu(): boolean {
  return gpu() !== undefined;
}

/** Puts Dawn where TensorFlow.js looks for WebGPU. */
async function provideGpu(found: InstalledPackage): Promise<void> {
  const dawn = (await importPackage(found)) as { create(flags: string[]): Gpu; globals: object };
  Object.assign(globalThis, dawn.globals);
  const value = dawn.create([]);
  const { navigator } = globalThis as { navigator?: object };
  if (navigator === undefined) {
    Object.defineProperty(globalThis, 'navigator', { value: { gpu: value, userAgent: 'node' }, configurable: true });
  } else Object.defineProperty(navigator, 'gpu', { value, configurable: true });
}

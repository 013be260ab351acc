import type { BackendHealth } from '@profit-sft/core';
import { findNodePackage } from './start/start-node.js';
import { findWebgpuPackage } from './start/start-webgpu.js';
import { probeInProcess, type ProbeResult } from './start/probe-in-process.js';
import { probeRuntime } from './start/probe-runtime.js';
import { installCommands, runtimeNames, type RuntimeName } from './start/runtime-names.js';

/** What has to be installed for a runtime; the others come with this package. */
const required: Readonly<Partial<Record<RuntimeName, () => unknown>>> = {
  'node-gpu': () => findNodePackage('@tensorflow/tfjs-node-gpu'),
  node: () => findNodePackage('@tensorflow/tfjs-node'),
  webgpu: findWebgpuPackage,
};

/** Tries each runtime for real, with a small program. */
export function diagnose(): Promise<BackendHealth[]> {
  return Promise.all(runtimeNames.map(diagnoseRuntime));
}

async function diagnoseRuntime(runtime: RuntimeName): Promise<BackendHealth> {
  const name = `tfjs ${runtime}`;
  const install = installCommands[runtime];
  const missing = (detail: string): BackendHealth => ({
    name,
    works: false,
    detail,
    ...(install === undefined ? {} : { install }),
  });
  const find = required[runtime];
  try {
    find?.();
  } catch (error) {
    return missing(messageOf(error));
  }
  const result: ProbeResult =
    find === undefined
      ? await probeRuntime(runtime).then(
          (detail) => ({ works: true, detail }),
          (error: unknown) => ({ works: false, detail: messageOf(error) }),
        )
      : await probeInProcess(runtime);
  return { name, ...result };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

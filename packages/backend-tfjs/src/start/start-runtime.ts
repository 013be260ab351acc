import { BackendUnavailableError } from '@profit-sft/core';
import { startAlone } from '../runtime/active-backend.js';
import type { StartedBackend } from '../runtime/tfjs-runtime.js';
import { installCommands, runtimeNames, type RuntimeName } from './runtime-names.js';
import { startCpu } from './start-cpu.js';
import { startNode } from './start-node.js';
import { startWasm } from './start-wasm.js';
import { startWebgpu } from './start-webgpu.js';

export interface StartedRuntime extends StartedBackend {
  readonly name: RuntimeName;
  /** What runs, with its version. */
  readonly detail: string;
}

const starts: Readonly<Record<RuntimeName, () => Promise<Omit<StartedRuntime, 'name'>>>> = {
  'node-gpu': () => startNode('@tensorflow/tfjs-node-gpu'),
  node: () => startNode('@tensorflow/tfjs-node'),
  webgpu: startWebgpu,
  wasm: startWasm,
  cpu: startCpu,
};

/**
 * Starts one of the backends of TensorFlow.js.
 * @throws BackendUnavailableError where it is not installed or does not start, with what to install
 */
export async function startRuntime(name: RuntimeName): Promise<StartedRuntime> {
  try {
    return { name, ...(await startAlone(starts[name])) };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = message.endsWith('.') ? message : `${message}.`;
    const install = installCommands[name];
    throw new BackendUnavailableError(`tfjs ${name}`, reason, {
      cause,
      ...(install === undefined ? {} : { install }),
    });
  }
}

/**
 * Starts the first backend that is installed and starts.
 * @throws BackendUnavailableError where none does
 */
export async function startBestRuntime(names: readonly RuntimeName[] = runtimeNames): Promise<StartedRuntime> {
  const reasons: string[] = [];
  for (const name of names) {
    try {
      return await startRuntime(name);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new BackendUnavailableError('tfjs', `none of its runtimes starts: ${reasons.join(' ')}`);
}

import { probeInProcess } from '../start/probe-in-process.js';
import type { RuntimeName } from '../start/runtime-names.js';
import { findNodePackage } from '../start/start-node.js';
import { findWebgpuPackage } from '../start/start-webgpu.js';

export interface TestedRuntime {
  readonly name: RuntimeName;
  /** Why it cannot be tested here. */
  readonly skip: string | undefined;
}

/** Why a runtime that is not part of this package does not work here; undefined where it does. */
async function reason(name: RuntimeName, find: () => unknown): Promise<string | undefined> {
  try {
    find();
  } catch (error) {
    return (error as Error).message;
  }
  const { works, detail } = await probeInProcess(name);
  return works ? undefined : detail;
}

/** The runtimes to test: those of this package, and the others where they are installed and start. */
export async function testedRuntimes(): Promise<TestedRuntime[]> {
  return [
    { name: 'wasm', skip: undefined },
    { name: 'cpu', skip: undefined },
    { name: 'node', skip: await reason('node', () => findNodePackage('@tensorflow/tfjs-node')) },
    { name: 'webgpu', skip: await reason('webgpu', findWebgpuPackage) },
  ];
}

/** A suite's title, with why it is skipped. */
export function titleOf({ name, skip }: TestedRuntime): string {
  return skip === undefined ? `tfjs ${name}` : `tfjs ${name} (skipped: ${skip})`;
}

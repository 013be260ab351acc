import { engine } from '@tensorflow/tfjs-core';

/** Makes a registered backend of TensorFlow.js the active one. */
export async function setBackend(name: string): Promise<void> {
  if (!(await engine().setBackend(name))) throw new Error(`TensorFlow.js could not start its backend "${name}"`);
}

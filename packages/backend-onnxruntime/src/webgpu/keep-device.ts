import type { InferenceSession } from 'onnxruntime-node';

let kept: Promise<InferenceSession> | undefined;

/**
 * Opens one session for as long as the process lives. With its last session the WebGPU provider gives up its device and
 * every shader compiled for it, which the next model would compile anew.
 */
export async function keepDevice(open: () => Promise<InferenceSession>): Promise<void> {
  if (kept === undefined) {
    kept = open();
    // One that does not start may be tried again.
    kept.catch(() => (kept = undefined));
  }
  await kept;
}

import { BackendUnavailableError } from '@profit-sft/core';
import { floatTensor } from '@profit-sft/engine';
import type { GpuRuntime } from './gpu-runtime.js';
import { squareProgram } from './probe.js';

/**
 * Multiplies a small matrix in F16 for real: the provider takes F16 programs on every device and fails when one runs.
 * @throws BackendUnavailableError where the device has no `shader-f16`.
 */
export async function requireFloat16(runtime: GpuRuntime): Promise<void> {
  const program = await runtime.compile(squareProgram(), ['y']);
  try {
    await program.runForHost({ x: runtime.pass(floatTensor(Float32Array.of(1, 2, 3, 4), [2, 2])) });
  } catch (cause) {
    throw new BackendUnavailableError(
      'onnxruntime webgpu',
      'precision "float16" needs a device with WebGPU’s shader-f16, and this one could not multiply in F16 ' +
        `(${cause instanceof Error ? cause.message : String(cause)}). precision "float32" works on every device.`,
      { cause },
    );
  }
}

import { dirname, sep } from 'node:path';
import { createRequire } from 'node:module';
import { engine, env } from '@tensorflow/tfjs-core';
import type { StartedRuntime } from './start-runtime.js';
import { registerKernels } from '../kernels/register-kernels.js';
import { wasmKernels } from '../kernels/wasm-backend.js';
import { dependencyVersion } from './optional-package.js';
import { setBackend } from '../runtime/active-backend.js';

/** WebAssembly with XNNPACK, in one thread: TensorFlow.js has threads in browsers only. The binaries are read from the installed package. */
export async function startWasm(): Promise<Omit<StartedRuntime, 'name'>> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  registerKernels();
  if (engine().registry.wasm === undefined) {
    const main = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
    setWasmPaths(`${dirname(main)}${sep}`);
  }
  await setBackend('wasm');
  refuseWithoutMemory();
  const simd = await env().getAsync('WASM_HAS_SIMD_SUPPORT');
  return {
    backendName: 'wasm',
    keepsArrays: false,
    detail: `@tensorflow/tfjs-backend-wasm ${dependencyVersion('@tensorflow/tfjs-backend-wasm')}, ${simd === true ? 'SIMD' : 'no SIMD'}, one thread`,
  };
}

const guarded = new WeakSet<object>();

/** TensorFlow.js does not look whether it got the memory it asked for, and would write to address 0. */
function refuseWithoutMemory(): void {
  const { wasm } = wasmKernels(engine().findBackend('wasm'));
  if (guarded.has(wasm)) return;
  guarded.add(wasm);
  const allocate = wasm._malloc.bind(wasm);
  wasm._malloc = (bytes) => {
    const offset = allocate(bytes);
    if (offset === 0 && bytes > 0) {
      throw new Error(
        `WebAssembly has no room for ${Math.ceil(bytes / 2 ** 20)} MiB more: its memory ends at 4 GiB. ` +
          'Lower activationMemory, headMemory or microBatchTokens, or use another backend.',
      );
    }
    return offset;
  };
}

import { expect, test, vi } from 'vitest';
import { findPackage } from './start/optional-package.js';
import { tfjs } from './tfjs.js';

test('each runtime is tried, and what is missing has its command', async () => {
  vi.stubEnv('PROFIT_TFJS_NODE', '');
  const health = await tfjs.diagnose();
  vi.unstubAllEnvs();
  expect(health.map(({ name }) => name)).toEqual([
    'tfjs node-gpu',
    'tfjs node',
    'tfjs webgpu',
    'tfjs wasm',
    'tfjs cpu',
  ]);
  const [gpu, , , wasm, cpu] = health;
  expect(wasm).toEqual({
    name: 'tfjs wasm',
    works: true,
    detail: '@tensorflow/tfjs-backend-wasm 4.22.0, SIMD, one thread',
  });
  expect(cpu).toEqual({ name: 'tfjs cpu', works: true, detail: '@tensorflow/tfjs-backend-cpu 4.22.0' });
  if (findPackage('@tensorflow/tfjs-node-gpu') !== undefined) return;
  expect(gpu).toEqual({
    name: 'tfjs node-gpu',
    works: false,
    detail: '@tensorflow/tfjs-node-gpu is not installed',
    install: 'npm install @tensorflow/tfjs-node-gpu@4.22.0',
  });
});

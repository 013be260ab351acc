import { fileURLToPath } from 'node:url';
import { BackendUnavailableError, InvalidConfigError } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { onnxruntime } from './onnxruntime.js';

const model = fileURLToPath(new URL('../../models/fixtures/llama-tied', import.meta.url));

test('a limit of memory on a device is refused, with what limits one', () => {
  const made = () => onnxruntime({ provider: 'webgpu', memory: 512 });
  expect(made).toThrow(InvalidConfigError);
  expect(made).toThrow(
    /memory: is for the CPU; a device is limited by activationMemory, headMemory and microBatchTokens/,
  );
});

test('products in F16 on the CPU are refused, with what to set', async () => {
  const opening = onnxruntime({ precision: 'float16', process: false }).open(model);
  await expect(opening).rejects.toThrow(BackendUnavailableError);
  await expect(opening).rejects.toThrow(/Set provider to "webgpu" or leave precision at "float32"/);
});

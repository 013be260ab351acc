import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeParts } from './write-parts.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-parts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function* parts(failure?: Error): AsyncGenerator<Uint8Array | Float32Array> {
  yield Uint8Array.of(1, 2);
  if (failure !== undefined) throw failure;
  yield Float32Array.of(0, 1, 2).subarray(1, 2);
}

test('the bytes of all parts, of views only what they show', async () => {
  const path = join(folder, 'model.onnx');
  await writeParts(path, () => parts());
  expect([...readFileSync(path)]).toEqual([1, 2, 0, 0, 0x80, 0x3f]);
  expect(readdirSync(folder)).toEqual(['model.onnx']);
});

test('a part that cannot be made leaves nothing, and its error is the one that is thrown', async () => {
  const failure = new RangeError('no memory');
  await expect(writeParts(join(folder, 'model.onnx'), () => parts(failure))).rejects.toBe(failure);
  expect(readdirSync(folder)).toEqual([]);
});

test('a place that cannot be written is named, and nothing is left', async () => {
  mkdirSync(join(folder, 'taken'));
  for (const name of ['taken', 'missing/model.onnx']) {
    const writing = writeParts(join(folder, name), () => parts());
    await expect(writing).rejects.toThrow(OutputError);
    await expect(writing).rejects.toThrow(join(folder, name));
  }
  expect(readdirSync(folder)).toEqual(['taken']);
});

import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutputError } from '@profit-sft/core';
import type { WritableDtype } from './dtype.js';
import { openSafetensors } from './open-safetensors.js';
import { writeSafetensors, type TensorToWrite } from './write-safetensors.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safetensors-'));
  path = join(directory, 'out.safetensors');
});
afterEach(() => rm(directory, { recursive: true }));

const entry = (name: string, dtype: WritableDtype, shape: number[], ...values: number[]): TensorToWrite => ({
  name,
  dtype,
  shape,
  data: Float32Array.from(values),
});

describe('writeSafetensors', () => {
  it('writes exactly these bytes', async () => {
    await writeSafetensors(path, [entry('b', 'BF16', [1], -2), entry('a', 'F32', [2], 1, 0.5)], { k: 'v' });
    // The wider type first, the header padded with spaces to a multiple of 8.
    const json =
      '{"__metadata__":{"format":"pt","k":"v"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},' +
      '"b":{"dtype":"BF16","shape":[1],"data_offsets":[8,10]}}';
    const header = json.padEnd(Math.ceil(json.length / 8) * 8);
    const length = Buffer.from([header.length, 0, 0, 0, 0, 0, 0, 0]);
    const data = Buffer.from('0000803f0000003f00c0', 'hex');
    expect(Buffer.compare(await readFile(path), Buffer.concat([length, Buffer.from(header), data]))).toBe(0);
    expect(await readdir(directory)).toEqual(['out.safetensors']);
  });

  it.each([
    ['llama-tied', 'F32'],
    ['llama-tied-bf16', 'BF16'],
    ['llama-tied-f16', 'F16'],
  ] as const)('gives %s, written by transformers, back byte for byte', async (model, dtype) => {
    const original = join(fixtures, model, 'model.safetensors');
    const source = await openSafetensors(original);
    const entries: TensorToWrite[] = [...source.tensors].map(([name, { shape }]) => ({
      name,
      dtype,
      shape,
      data: () => source.readFloat32(name),
    }));
    await writeSafetensors(path, entries);
    await source.close();
    expect(Buffer.compare(await readFile(path), await readFile(original))).toBe(0);
  });

  it.each(['F16', 'BF16'] as const)('converts %s as PyTorch does', async (dtype) => {
    const exact = await openSafetensors(join(fixtures, 'llama-tied/model.safetensors'));
    const name = 'model.embed_tokens.weight';
    const data = await exact.readFloat32(name);
    await exact.close();
    await writeSafetensors(path, [{ name, dtype, shape: [67, 32], data }]);
    const ours = await openSafetensors(path);
    const theirs = await openSafetensors(join(fixtures, `llama-tied-${dtype.toLowerCase()}/model.safetensors`));
    expect(Buffer.compare(await ours.read(name), await theirs.read(name))).toBe(0);
    await Promise.all([ours.close(), theirs.close()]);
  });

  it('writes tensors longer than one slice, empty ones and scalars', async () => {
    const long = Float32Array.from({ length: (1 << 20) + 3 }, (_, i) => i % 1024);
    await writeSafetensors(path, [
      { name: 'long', dtype: 'F16', shape: [long.length], data: long },
      { name: 'same', dtype: 'F32', shape: [long.length], data: () => Promise.resolve(long) },
      entry('empty', 'F32', [0, 3]),
      entry('scalar', 'F32', [], 3),
      entry('__proto__', 'F32', [1], 4),
    ]);
    const file = await openSafetensors(path);
    for (const name of ['long', 'same']) {
      expect(Buffer.compare(Buffer.from((await file.readFloat32(name)).buffer), Buffer.from(long.buffer))).toBe(0);
    }
    expect((await file.readFloat32('empty')).length).toBe(0);
    expect([...(await file.readFloat32('scalar'))]).toEqual([3]);
    expect([...(await file.readFloat32('__proto__'))]).toEqual([4]);
    await file.close();
  });

  it('leaves the old file and no other when a later tensor fails', async () => {
    await writeFile(path, 'old');
    const good = entry('good', 'F16', [1], 1);
    await expect(writeSafetensors(path, [good, entry('big', 'F16', [2], 1, -70000)])).rejects.toThrow(
      /tensor "big" has the value -70000, which is too large for F16; write it as BF16 or F32/,
    );
    const data = (): Promise<Float32Array> => Promise.reject(new Error('device lost'));
    const failing: TensorToWrite = { name: 'bad', dtype: 'F16', shape: [1], data };
    await expect(writeSafetensors(path, [good, failing])).rejects.toThrow('device lost');
    await expect(writeSafetensors(path, [entry('short', 'F32', [3], 1)])).rejects.toThrow(/\[3\] has 1 elements/);
    await expect(writeSafetensors(path, [good, good])).rejects.toThrow(/two tensors/);
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(['out.safetensors']);
  });

  it('writes F64, which is read back exactly, or rounded to float32', async () => {
    const data = Float64Array.of(1 / 3, -1e-300, Infinity);
    await writeSafetensors(path, [
      { name: 'wide', dtype: 'F64', shape: [3], data: () => data },
      entry('half', 'F16', [2], 0.5, -2),
      entry('single', 'F32', [1], 0.1),
    ]);
    const file = await openSafetensors(path);
    expect(await file.readFloat64('wide')).toEqual(data);
    expect(await file.readFloat32('wide')).toEqual(Float32Array.from(data));
    expect(await file.readFloat64('half')).toEqual(Float64Array.of(0.5, -2));
    expect(await file.readFloat64('single', new Float64Array(1))).toEqual(Float64Array.of(Math.fround(0.1)));
    await expect(file.readFloat64('wide', new Float64Array(2))).rejects.toThrow(/has 3 elements/);
    await file.close();
  });

  it('keeps infinities and NaN, which are not overflow', async () => {
    await writeSafetensors(path, [entry('t', 'F16', [3], Infinity, -Infinity, NaN)]);
    const file = await openSafetensors(path);
    expect([...(await file.readFloat32('t'))]).toEqual([Infinity, -Infinity, NaN]);
    await file.close();
  });

  it('names the file when it cannot be written', async () => {
    const nowhere = join(directory, 'no', 'such', 'out.safetensors');
    const error: unknown = await writeSafetensors(nowhere, [entry('t', 'F32', [1], 1)]).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(OutputError);
    expect((error as OutputError).message).toContain(nowhere);
  });
});

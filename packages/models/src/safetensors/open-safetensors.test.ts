import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidModelError, ProfitError, createRandom } from '@profit-sft/core';
import { openSafetensors, type SafetensorsFile } from './open-safetensors.js';
import { InvalidSafetensorsError } from './safetensors-error.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const testData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const conformance = join(testData, 'conformance/safetensors');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'safetensors-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** A file with this header (text, or JSON of an object) and this many bytes of data. */
function encoded(header: string | object, dataBytes = 0, headerBytes?: bigint): Buffer {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerBytes ?? BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

async function failure(bytes: Uint8Array): Promise<InvalidSafetensorsError> {
  const path = join(directory, 'case.safetensors');
  await writeFile(path, bytes);
  return openSafetensors(path).then(
    async (file) => {
      await file.close();
      throw new Error('the file was accepted');
    },
    (error: unknown) => {
      if (!(error instanceof InvalidSafetensorsError)) throw error;
      return error;
    },
  );
}

async function withFile<T>(path: string, use: (file: SafetensorsFile) => Promise<T>): Promise<T> {
  const file = await openSafetensors(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

const tensor = (shape: unknown, offsets: unknown, dtype: unknown = 'F32'): object => ({
  dtype,
  shape,
  data_offsets: offsets,
});

interface ConformanceCase {
  file: string;
  ok: boolean;
  error: string | null;
  tensors?: Record<string, { dtype: string; shape: number[]; values: number[] }>;
}

describe.skipIf(!existsSync(join(conformance, 'cases.json')))('the conformance files', () => {
  const cases = existsSync(join(conformance, 'cases.json'))
    ? (JSON.parse(readFileSync(join(conformance, 'cases.json'), 'utf8')) as ConformanceCase[])
    : [];

  it.each(cases)('$file: $error', async ({ file: name, ok, error, tensors }) => {
    const path = join(conformance, name);
    if (!ok) {
      await expect(openSafetensors(path)).rejects.toMatchObject({ reason: error, kind: 'model', file: path });
      return;
    }
    await withFile(path, async (file) => {
      for (const [key, expected] of Object.entries(tensors ?? {})) {
        expect(file.tensors.get(key)).toMatchObject({ dtype: expected.dtype, shape: expected.shape });
        if (expected.dtype === 'I32') {
          const bytes = await file.read(key);
          expect([...new Int32Array(bytes.buffer)]).toEqual(expected.values);
        } else {
          expect([...(await file.readFloat32(key))]).toEqual(expected.values);
        }
      }
    });
  });
});

describe('openSafetensors refuses', () => {
  it.each<[string, Uint8Array, string]>([
    ['an empty file', Buffer.alloc(0), 'HeaderTooSmall'],
    ['seven bytes', Buffer.alloc(7), 'HeaderTooSmall'],
    ['a header beyond the cap', encoded('{}', 0, 100_000_001n), 'HeaderTooLarge'],
    ['a header of 2^64 − 1 bytes', encoded('{}', 0, 2n ** 64n - 1n), 'HeaderTooLarge'],
    ['a header longer than the file', encoded('{}', 0, 3n), 'InvalidHeaderLength'],
    ['no header', encoded(''), 'InvalidHeaderDeserialization'],
    ['bytes that are not UTF-8', Buffer.concat([encoded('', 0, 1n), Buffer.of(0xff)]), 'InvalidHeader'],
    ['a byte order mark', encoded('\ufeff{}'), 'InvalidHeaderDeserialization'],
    ['text that is not JSON', encoded('{'), 'InvalidHeaderDeserialization'],
    ['a JSON array', encoded('[]'), 'InvalidHeaderDeserialization'],
    ['metadata that is not text', encoded({ __metadata__: { a: 1 } }), 'InvalidHeaderDeserialization'],
    ['a tensor that is null', encoded({ t: null }), 'InvalidHeaderDeserialization'],
    ['a negative size', encoded({ t: tensor([-1], [0, 4]) }, 4), 'InvalidHeaderDeserialization'],
    ['a fractional size', encoded({ t: tensor([1.5], [0, 6]) }, 6), 'InvalidHeaderDeserialization'],
    ['no shape', encoded({ t: { dtype: 'F32', data_offsets: [0, 4] } }, 4), 'InvalidHeaderDeserialization'],
    ['three offsets', encoded({ t: tensor([1], [0, 4, 8]) }, 8), 'InvalidHeaderDeserialization'],
    ['an end before the start', encoded({ t: tensor([1], [4, 0]) }, 4), 'InvalidOffset'],
    ['a hole at the start', encoded({ t: tensor([1], [4, 8]) }, 8), 'InvalidOffset'],
    ['offsets beyond 2^53', encoded('{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1e300]}}'), 'InvalidOffset'],
    ['a size that overflows', encoded({ t: tensor([2 ** 62], [0, 4]) }, 4), 'ValidationOverflow'],
    ['half a byte', encoded({ t: tensor([3], [0, 2], 'F4') }, 2), 'MisalignedSlice'],
    ['too few bytes for the shape', encoded({ t: tensor([2], [0, 4]) }, 4), 'TensorInvalidInfo'],
    ['a truncated file', encoded({ t: tensor([2], [0, 8]) }, 7), 'MetadataIncompleteBuffer'],
    ['bytes after the last tensor', encoded({ t: tensor([2], [0, 8]) }, 9), 'MetadataIncompleteBuffer'],
  ])('%s', async (_, bytes, reason) => {
    const error = await failure(bytes);
    expect(error.reason).toBe(reason);
    expect(error).toBeInstanceOf(InvalidModelError);
    expect(ProfitError.isInstance(error)).toBe(true);
    expect(error.message).toContain('case.safetensors: ');
  });

  it('names the tensor and what is wrong with it', async () => {
    const unknown = await failure(encoded({ 'a.b': tensor([1], [0, 4], 'F33') }, 4));
    expect(unknown).toMatchObject({ reason: 'InvalidHeaderDeserialization', tensor: 'a.b' });
    expect(unknown.message).toMatch(/tensor "a\.b" has the unknown dtype "F33"; known: .*BF16/);
    const overlap = await failure(encoded({ a: tensor([2], [0, 8]), b: tensor([2], [4, 12]) }, 12));
    expect(overlap).toMatchObject({ reason: 'InvalidOffset', tensor: 'b' });
    expect(overlap.message).toMatch(/tensor "b" overlaps the tensor before it \(data_offsets \[4, 12\]\)/);
    const gap = await failure(encoded({ a: tensor([1], [0, 4]), b: tensor([1], [8, 12]) }, 12));
    expect(gap.message).toMatch(/tensor "b" leaves a gap/);
  });

  it('does not print control characters or endless names', async () => {
    const error = await failure(encoded({ ['\u001b[31m' + 'x'.repeat(1000)]: null }));
    expect(error.message).not.toContain('\u001b');
    expect(error.message.length).toBeLessThan(500);
  });

  it('missing files and directories', async () => {
    await expect(openSafetensors(join(directory, 'none'))).rejects.toThrow(/none: does not exist/);
    await expect(openSafetensors(directory)).rejects.toMatchObject({ reason: 'Unreadable' });
  });

  it('a file that shrinks while it is open', async () => {
    const path = join(directory, 'shrinks.safetensors');
    await writeFile(path, encoded({ t: tensor([4], [0, 16]) }, 16));
    await withFile(path, async (file) => {
      await truncate(path, 70);
      await expect(file.readFloat32('t')).rejects.toMatchObject({ reason: 'Unreadable', tensor: 't' });
    });
  });

  it('every damaged header with its own error, whatever the damage', async () => {
    const intact = encoded(
      { __metadata__: { k: 'v' }, a: tensor([2, 3], [0, 24]), b: tensor([1], [24, 26], 'BF16') },
      26,
    );
    const random = createRandom(3, 'damage');
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const damaged = Buffer.from(intact);
      for (let i = 0; i <= random.integer(3); i++) damaged[random.integer(intact.length - 26)] = random.integer(256);
      const path = join(directory, 'damaged.safetensors');
      await writeFile(path, damaged);
      try {
        await withFile(path, async (file) => {
          for (const name of file.tensors.keys()) await file.read(name);
        });
      } catch (error) {
        if (!(error instanceof InvalidSafetensorsError)) throw error;
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(200);
  });
});

describe('openSafetensors', () => {
  it('keeps a tensor and metadata named __proto__ as data', async () => {
    const path = join(directory, 'proto.safetensors');
    const info = '{"dtype":"F32","shape":[1],"data_offsets":[0,4]}';
    await writeFile(path, encoded(`{"__metadata__":{"__proto__":"m"},"__proto__":${info}}`, 4));
    await withFile(path, async (file) => {
      expect([...file.tensors.keys()]).toEqual(['__proto__']);
      expect(file.metadata.get('__proto__')).toBe('m');
      expect(await file.readFloat32('__proto__')).toEqual(new Float32Array(1));
    });
    expect(Object.hasOwn(Object.prototype, 'dtype')).toBe(false);
  });

  it('reads what PyTorch wrote, converting every float type', async () => {
    await withFile(join(fixtures, 'float-conversion/torch.safetensors'), async (file) => {
      expect(file.metadata.get('note')).toBe('ünïcode');
      expect(file.tensors.get('integers')).toMatchObject({ dtype: 'I32', shape: [2, 3], byteLength: 24 });
      expect([...new Int32Array((await file.read('integers')).buffer)]).toEqual([0, 1, 2, 3, 4, 5]);
      expect([...(await file.readFloat32('scalar'))]).toEqual([2.5]);
      expect((await file.readFloat32('empty')).length).toBe(0);
      const doubles = await file.readFloat32('double');
      expect([...doubles]).toEqual([Math.fround(1 / 3), -Infinity, 2 ** -60, NaN]);
      await expect(file.readFloat32('integers')).rejects.toMatchObject({
        reason: 'UnsupportedDtype',
        tensor: 'integers',
      });
      await expect(file.read('nothing')).rejects.toMatchObject({ reason: 'TensorNotFound', tensor: 'nothing' });
    });
  });

  it('reads into a given array, and only one of the right length', async () => {
    await withFile(join(fixtures, 'llama-tied-bf16/model.safetensors'), async (file) => {
      const whole = new Float32Array(40).fill(7);
      const into = whole.subarray(4, 36);
      expect(await file.readFloat32('model.norm.weight', into)).toBe(into);
      expect([...into]).toEqual([...(await file.readFloat32('model.norm.weight'))]);
      expect([...whole.subarray(0, 4), ...whole.subarray(36)]).toEqual(Array(8).fill(7));
      await expect(file.readFloat32('model.norm.weight', new Float32Array(31))).rejects.toThrow(/32 elements/);
    });
  });

  it('reads tensors longer than one slice, several at once', async () => {
    const path = join(directory, 'long.safetensors');
    const count = (1 << 18) * 2 + 5;
    const values = Uint16Array.from({ length: count }, (_, i) => 0x3f80 + (i % 0x100));
    const header = encoded({ t: tensor([count], [0, count * 2], 'BF16') });
    await writeFile(path, Buffer.concat([header, Buffer.from(values.buffer)]));
    await withFile(path, async (file) => {
      const [a, b] = await Promise.all([file.readFloat32('t'), file.readFloat32('t')]);
      const upperHalves = new Uint16Array(a.buffer).filter((_, i) => i % 2 === 1);
      expect(Buffer.compare(Buffer.from(upperHalves.buffer), Buffer.from(values.buffer))).toBe(0);
      expect(Buffer.compare(Buffer.from(a.buffer), Buffer.from(b.buffer))).toBe(0);
    });
  });
});

import { InvalidDataError } from '@profit-sft/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzTarget, type FuzzOptions } from './fuzz-target-run.js';
import { mutatedBytes } from './mutate-bytes.js';
import { mutatedJson } from './mutate-json.js';

const fuzz = (parse: (input: Uint8Array) => unknown, options: Partial<FuzzOptions> = {}) =>
  fuzzTarget(
    { name: 'x', reads: 'x', source: 'x', inputs: mutatedBytes(['{"a":1}']), parse },
    { seed: 1, inputs: 200, ...options },
  );

test('what is parsed and what is refused is counted', async () => {
  const result = await fuzz((input) => {
    if (input[0] !== 0x7b) throw new InvalidDataError('a', 'is no object');
  });
  expect(result).toMatchObject({ inputs: 200, failure: undefined });
  expect(result.accepted).toBeGreaterThan(0);
  expect(result.refused).toBe(200 - result.accepted);
});

test('another error is a finding, with the smallest input that fails', async () => {
  const { failure } = await fuzz(
    (input) => {
      if (input.includes(0xff)) throw new TypeError('x is undefined');
    },
    { inputs: 2000 },
  );
  expect(failure).toContain('TypeError: x is undefined');
  expect(failure).toMatch(/--target x --seed 1/);
});

test('an error without a message, too much time and a changed prototype are findings', async () => {
  expect(
    (await fuzz(() => Promise.reject(Object.assign(new InvalidDataError('', ''), { message: ' ' })))).failure,
  ).toContain('without a message');
  // Each smaller input that fast-check tries takes as long, so what may be taken is little here.
  const longest = 20;
  const slow = await fuzz(
    () => {
      const before = process.cpuUsage();
      while (process.cpuUsage(before).user < 1000 * (longest + 5));
    },
    { inputs: 1, longest },
  );
  expect(slow.failure).toContain('ms of processor time');
  try {
    const polluted = await fuzz(() => void ((Object.prototype as Record<string, unknown>).polluted = true), {
      inputs: 1,
    });
    expect(polluted.failure).toContain('prototype');
  } finally {
    delete (Object.prototype as Record<string, unknown>).polluted;
  }
});

test('a seed gives the same inputs again', () => {
  const sample = (seed: number) => fc.sample(mutatedBytes(['abc', 'defg']), { seed, numRuns: 50 });
  expect(sample(1)).toEqual(sample(1));
  expect(sample(1)).not.toEqual(sample(2));
});

test('seeds stay as they are, also where they are Buffers', () => {
  const seed = Buffer.alloc(100);
  const inputs = fc.sample(mutatedBytes([seed]), { seed: 1, numRuns: 200 });
  expect(seed.every((byte) => byte === 0)).toBe(true);
  expect(inputs.filter((input) => Buffer.from(input).equals(seed)).length).toBeGreaterThan(20);
});

test('changes are everywhere in a file', () => {
  const seed = new Uint8Array(1000);
  const changed = fc
    .sample(mutatedBytes([seed]), { seed: 1, numRuns: 400 })
    .map((bytes) => bytes.findIndex((byte) => byte !== 0))
    .filter((index) => index >= 0);
  for (const from of [0, 250, 500, 750]) {
    expect(changed.filter((index) => index >= from && index < from + 250).length, String(from)).toBeGreaterThan(20);
  }
});

test('changed documents are JSON for the most part, and hold what JSON.stringify would not write', () => {
  const texts = fc.sample(mutatedJson([{ a: [1, { b: 'c' }] }]), { seed: 1, numRuns: 400 });
  const parsed = texts.filter((text) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  });
  expect(parsed.length).toBeGreaterThan(200);
  expect(texts.some((text) => text.includes('"__proto__":'))).toBe(true);
  expect(texts.some((text) => text.includes('1e999'))).toBe(true);
  expect(texts).toContain('{"a":[1,{"b":"c"}]}');
});

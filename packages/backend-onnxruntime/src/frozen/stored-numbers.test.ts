import { expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { storedNumbers } from './stored-numbers.js';

const numbers = (count: number): Float32Array => {
  const random = createRandom(4, 'stored numbers');
  return Float32Array.from({ length: count }, () => random.normal());
};

/** Every F16 or bfloat16 pattern as float32, by the host's own arithmetic. */
function everyWord(kind: 'float16' | 'bfloat16'): Float32Array {
  return Float32Array.from({ length: 65_536 }, (_, word) => {
    const [exponentBits, fractionBits] = kind === 'float16' ? [5, 10] : [8, 7];
    const sign = word >> 15 === 1 ? -1 : 1;
    const exponent = (word >> fractionBits) & ((1 << exponentBits) - 1);
    const fraction = (word & ((1 << fractionBits) - 1)) / 2 ** fractionBits;
    const bias = 2 ** (exponentBits - 1) - 1;
    if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Infinity : NaN;
    return exponent === 0 ? sign * fraction * 2 ** (1 - bias) : sign * (1 + fraction) * 2 ** (exponent - bias);
  });
}

test.each(['float16', 'bfloat16'] as const)('every %s number comes back as it is', (kind) => {
  const words = everyWord(kind);
  const stored = storedNumbers(words, 256, kind);
  expect(stored.bytes).toBe(2 * words.length);
  const into = new Float32Array(words.length);
  stored.expand(0, 256, into);
  expect(into.every((value, i) => Object.is(value, words[i]))).toBe(true);
});

test.each([
  [3, 5],
  [70, 288],
  [2, 40_000],
])('%d rows of %d bytes are within half a step of each row’s own scale', (rows, columns) => {
  const weights = numbers(rows * columns).map((value, i) => value * (1 + Math.floor(i / columns)));
  const stored = storedNumbers(weights, columns, 'int8');
  expect(stored.bytes).toBe(rows * columns + 4 * rows);
  const into = new Float32Array(weights.length);
  stored.expand(0, rows, into);
  for (let row = 0; row < rows; row++) {
    const own = weights.subarray(row * columns, (row + 1) * columns);
    const scale = Math.max(...own.map(Math.abs)) / 127;
    const errors = own.map((value, i) => Math.abs(value - into[row * columns + i]));
    expect(Math.max(...errors)).toBeLessThanOrEqual(0.5001 * scale);
    expect(Math.max(...errors)).toBeGreaterThan(0);
  }
  const last = new Float32Array(columns);
  stored.expand(rows - 1, 1, last);
  expect(last).toEqual(into.subarray((rows - 1) * columns));
});

test('a row of zeros stays one', () => {
  const into = new Float32Array(8).fill(1);
  storedNumbers(new Float32Array(8), 4, 'int8').expand(0, 2, into);
  expect([...into]).toEqual(new Array(8).fill(0));
});

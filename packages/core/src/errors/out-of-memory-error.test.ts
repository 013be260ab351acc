import { expect, test } from 'vitest';
import { InvalidModelError } from './errors.js';
import { asMemoryError, OutOfMemoryError } from './out-of-memory-error.js';

test.each([
  new RangeError('Array buffer allocation failed'),
  new Error('std::bad_alloc'),
  new Error(
    'Non-zero status code returned while running MatMul node. Failed to allocate memory for requested buffer of size 4096',
  ),
])('$message says what to lower', (cause) => {
  const error = asMemoryError(cause) as OutOfMemoryError;
  expect(error).toBeInstanceOf(OutOfMemoryError);
  expect(error.message).toMatch(/memory ran out .*microBatchTokens.*data\.maxLength.*option memory.*LoRA/);
  expect(error.cause).toBe(cause);
});

test('other errors stay as they are', () => {
  for (const error of [new Error('MatMul: shapes differ'), new InvalidModelError('a', 'is out of memory'), 'text']) {
    expect(asMemoryError(error)).toBe(error);
  }
});

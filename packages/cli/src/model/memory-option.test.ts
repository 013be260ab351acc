import { MemoryLimitError, OutOfMemoryError, type Registry } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { builtinRegistry } from '../registry.js';
import { withMemoryOption } from './memory-option.js';

const registry = builtinRegistry as unknown as Registry;
const tell = (error: unknown, name: string, memory?: number): unknown =>
  withMemoryOption(error, registry, { name, options: memory === undefined ? {} : { memory } });

describe.each([
  () => new OutOfMemoryError('memory ran out', 'Lower it.'),
  () => new MemoryLimitError(2 ** 20, [{ name: 'weights', bytes: 2 ** 21 }]),
] as const)('error %#', (make) => {
  test('names --memory and the limit of the run', () => {
    const { message } = make();
    const option = 'On the command line the backend’s option memory is --memory SIZE; this run has';
    expect(tell(make(), 'onnxruntime')).toMatchObject({ message: `${message} ${option} none.` });
    expect(tell(make(), 'onnxruntime', 4096)).toMatchObject({ message: `${message} ${option} 4096 MiB.` });
  });

  test('does not name it where the backend would refuse it', () => {
    const { message } = make();
    expect(tell(make(), 'tfjs')).toMatchObject({ message });
  });
});

test('other errors stay as they are', () => {
  expect(tell(new Error('x'), 'onnxruntime')).toEqual(new Error('x'));
});

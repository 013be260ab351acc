import { expect, test } from 'vitest';
import { add, exp, Graph, matmul, reshape } from '@profit-sft/graph';
import { outputBytes, programMemory } from './program-memory.js';

test('counts values from the node that makes them to their last use, without what comes in and goes out', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n', 4]);
  const first = exp(x); // n·4 numbers, until the sum
  const second = exp(first); // n·4, until the sum
  const sum = reshape(add(first, second), [4, 'n']); // n·4, through its view until the product
  const y = matmul(x, sum); // n·n, given out
  const program = graph.program('test', { x }, { y });
  expect(programMemory(program, { n: 8 })).toBe(4 * 3 * 32);
  expect(outputBytes(program, { n: 8 })).toBe(4 * 64);
});

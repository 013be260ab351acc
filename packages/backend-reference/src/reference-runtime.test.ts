import { floatTensor, intTensor } from '@profit-sft/engine';
import { add, Graph, multiply, reduceSum } from '@profit-sft/graph';
import { expect, test } from 'vitest';
import { ReferenceRuntime } from './reference-runtime.js';

const runtime = new ReferenceRuntime();
const matrix = (rows: number, columns: number, start = 0) =>
  runtime.place(
    floatTensor(
      Float32Array.from({ length: rows * columns }, (_, i) => start + i),
      [rows, columns],
    ),
  );

test('values are float64: a sum keeps what float32 would lose', async () => {
  const graph = new Graph();
  const x = graph.input('float', ['n']);
  const program = await runtime.compile(graph.program('sum', { x }, { sum: reduceSum(x, [0]) }));
  const { sum } = await program.run({ x: runtime.place(floatTensor(Float32Array.of(2 ** 24, 1), [2])) });
  expect(runtime.float64.download(sum)).toEqual(Float64Array.of(2 ** 24 + 1));
  expect(await runtime.download(sum)).toEqual(Float32Array.of(2 ** 24));
});

test('a result may take the place of an input, and no other value changes with it', async () => {
  const graph = new Graph();
  const [x, total] = [graph.input('float', ['n']), graph.input('float', ['n'])];
  const program = await runtime.compile(graph.program('add', { x, total }, { newTotal: add(x, total) }));
  const sum = runtime.empty([2]);
  expect(sum.isZero).toBe(true);
  const ones = runtime.place(floatTensor(Float32Array.of(1, 1), [2]));
  await program.run({ x: ones, total: sum }, { newTotal: sum });
  await program.run({ x: ones, total: sum }, { newTotal: sum });
  expect(await runtime.download(sum)).toEqual(Float32Array.of(2, 2));
  expect(await runtime.download(ones)).toEqual(Float32Array.of(1, 1));
  runtime.free(sum);
  expect(sum.isZero).toBe(true);
  expect(await runtime.download(sum)).toEqual(Float32Array.of(0, 0));
});

test('outputs that are asked for come to the host, the others stay', async () => {
  const graph = new Graph();
  const x = graph.input('float', ['n']);
  const program = graph.program('two', { x }, { twice: add(x, x), square: multiply(x, x) });
  const compiled = await runtime.compile(program, ['square']);
  const { values, host } = await compiled.runForHost({ x: runtime.pass(floatTensor(Float32Array.of(3), [1])) });
  expect(host).toEqual({ square: Float32Array.of(9) });
  expect(Object.keys(values)).toEqual(['twice']);
});

test('rows, and joining along each axis', async () => {
  const chosen = await runtime.rows(matrix(3, 2), Int32Array.of(2, 0, 2));
  expect([chosen.dims, ...(await runtime.download(chosen))]).toEqual([[3, 2], 4, 5, 0, 1, 4, 5]);
  const below = await runtime.join(matrix(1, 2), matrix(2, 2, 10), 0);
  expect([below.dims, ...(await runtime.download(below))]).toEqual([[3, 2], 0, 1, 10, 11, 12, 13]);
  const beside = await runtime.join(matrix(2, 1), matrix(2, 2, 10), 1);
  expect([beside.dims, ...(await runtime.download(beside))]).toEqual([[2, 3], 0, 10, 11, 1, 12, 13]);
});

test('a buffer keeps what it holds until another shape is asked for', async () => {
  const buffer = runtime.buffer();
  const value = buffer.tensor([2]);
  await runtime.upload(Float32Array.of(1, 2), [2], value);
  expect(await runtime.download(buffer.tensor([2]))).toEqual(Float32Array.of(1, 2));
  expect(await runtime.download(buffer.tensor([3]))).toEqual(Float32Array.of(0, 0, 0));
  expect(runtime.place(intTensor(Int32Array.of(7), [1])).array.data).toEqual(Float64Array.of(7));
});

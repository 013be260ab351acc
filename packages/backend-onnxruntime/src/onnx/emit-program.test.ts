import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import {
  add,
  allOperations,
  argMax,
  broadcastTo,
  concat,
  constant,
  divide,
  exp,
  gatherColumns,
  gatherRows,
  Graph,
  greater,
  log,
  logSoftmax,
  matmul,
  multiply,
  negate,
  oneHot,
  pad,
  range,
  reduceSum,
  referenceArray,
  reshape,
  roll,
  runReference,
  scatterAddRows,
  sigmoid,
  slice,
  softmax,
  sqrt,
  subtract,
  tanh,
  topValues,
  transpose,
  where,
  type Tensor,
} from '@profit-sft/graph';
import { relativeError } from '@profit-sft/testing';
import { floatTensor, intTensor } from '../runtime/onnx-runtime.js';
import { emitGraph, emitProgram } from './emit-program.js';
import { encodeOnnxPieces } from './onnx-model.js';

interface Operands {
  /** [m, n], with symbolic sizes 4 and 3. */
  readonly a: Tensor;
  readonly b: Tensor;
  /** [2, m, n] */
  readonly batched: Tensor;
  /** ints [m], below 3 */
  readonly index: Tensor;
}

/** At least one case for each operation of the language. */
const cases: Record<string, (operands: Operands) => Tensor> = {
  constant: ({ a }) => add(a, constant(a.graph, 2.5)),
  range: ({ a }) => multiply(a, range(a.graph, 'n')),
  'range of a fixed size': ({ a }) => multiply(reshape(a, ['m*n', 1]), range(a.graph, 4)),
  add: ({ a, b }) => add(a, b),
  subtract: ({ a, b }) => subtract(a, b),
  multiply: ({ a, batched }) => multiply(a, batched),
  divide: ({ a, b }) => divide(a, add(multiply(b, b), constant(a.graph, 1))),
  greater: ({ a, b }) => where(greater(a, b), a, b),
  where: ({ a, b }) => where(greater(a, constant(a.graph, 0)), constant(a.graph, 1), b),
  negate: ({ a }) => negate(a),
  exp: ({ a }) => exp(a),
  log: ({ a }) => log(exp(a)),
  sqrt: ({ a }) => sqrt(multiply(a, a)),
  sigmoid: ({ a }) => sigmoid(a),
  tanh: ({ a }) => tanh(a),
  softmax: ({ batched }) => softmax(batched),
  logSoftmax: ({ a }) => logSoftmax(a),
  reduceSum: ({ batched }) => reduceSum(batched, [0, 2]),
  topValues: ({ batched }) => topValues(batched, 2),
  argMax: ({ a, b }) => gatherColumns(b, argMax(a)),
  'matmul, plain': ({ batched }) => matmul(batched, transpose(batched, [0, 2, 1])),
  'matmul, transposed': ({ batched }) => matmul(batched, batched, { transposeA: true }),
  'matmul, both transposed': ({ batched }) =>
    matmul(batched, transpose(batched, [0, 2, 1]), { transposeA: true, transposeB: true }),
  'matmul of rank 2': ({ a, b }) => matmul(a, b, { transposeB: true }),
  'matmul added to': ({ a, b }) => add(matmul(matmul(a, b, { transposeB: true }), a), b),
  'matmul with a bias': ({ a, b }) => add(reduceSum(a, [0]), matmul(matmul(a, b, { transposeB: true }), b)),
  'matmul used twice': ({ a, b }) => {
    const product = matmul(a, b, { transposeB: true });
    return add(add(product, matmul(b, a, { transposeB: true })), product);
  },
  reshape: ({ batched }) => reshape(batched, ['2*m', 'n']),
  'reshape with two symbols': ({ batched }) => reshape(batched, ['m', 2, 'n']),
  transpose: ({ batched }) => transpose(batched, [2, 0, 1]),
  broadcastTo: ({ a }) => broadcastTo(a, [5, 'm', 'n']),
  slice: ({ a }) => slice(a, 0, 1, 'm'),
  roll: ({ batched }) => roll(transpose(batched, [1, 0, 2]), 1, 1),
  'matmul, scaled': ({ batched }) => matmul(batched, batched, { transposeB: true, scale: 0.3 }),
  'matmul of rank 2, scaled': ({ a, b }) =>
    add(matmul(matmul(a, b, { transposeB: true, scale: 3 }), a, { scale: -0.5 }), b),
  pad: ({ a }) => pad(a, 1, 2, 'n+3'),
  concat: ({ a, b }) => concat([a, b, a], 1),
  gatherRows: ({ a, index }) => gatherRows(a, index),
  scatterAddRows: ({ a, index }) => scatterAddRows(a, index, 'm+1'),
  gatherColumns: ({ a, index }) => gatherColumns(a, index),
  oneHot: ({ index }) => oneHot(index, 'n'),
};

describe('every operation gives in ONNX Runtime what the float64 reference gives', () => {
  test('no operation is without a case', () => {
    const covered = new Set(Object.keys(cases).map((name) => name.split(/[ ,]/)[0]));
    expect([...allOperations.keys()].filter((name) => !covered.has(name))).toEqual([]);
  });

  // What is written for the WebGPU provider is valid everywhere, so that it is tested without a GPU.
  // Of F16 the CPU provider rounds little: it drops casts to F16 and back.
  const forms = Object.entries(cases).flatMap(([name, build]) => [
    [name, build, {}, 1e-6] as const,
    [`${name}, for WebGPU`, build, { webgpu: true }, 1e-6] as const,
    [`${name}, for WebGPU in float16`, build, { webgpu: true, precision: 'float16' }, 5e-3] as const,
  ]);

  test.each(forms)('%s', async (name, build, options, bound) => {
    const graph = new Graph();
    const operands: Operands = {
      a: graph.input('float', ['m', 'n']),
      b: graph.input('float', ['m', 'n']),
      batched: graph.input('float', [2, 'm', 'n']),
      index: graph.input('int', ['m']),
    };
    // All operands are used, so that every symbol has an input to take its value from.
    const program = graph.program(
      name,
      { ...operands },
      {
        result: build(operands),
        sizes: add(operands.a, operands.batched),
      },
    );
    const random = createRandom(1, name);
    const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());
    const given = { a: values(12), b: values(12), batched: values(24), index: Int32Array.of(2, 0, 2, 1) };
    const shapes = { a: [4, 3], b: [4, 3], batched: [2, 4, 3], index: [4] };
    const session = await InferenceSession.create(emitProgram(program, options), { executionProviders: ['cpu'] });
    const used = program.inputs.map((input) => input.name as keyof typeof given);
    const actual = await session.run(
      Object.fromEntries(
        used.map((key) => {
          const data = given[key];
          return [key, data instanceof Int32Array ? intTensor(data, shapes[key]) : floatTensor(data, shapes[key])];
        }),
      ),
    );
    const expected = runReference(
      program,
      Object.fromEntries(used.map((key) => [key, referenceArray(shapes[key], given[key])])),
    );
    expect([...actual.result.dims]).toEqual([...expected.result.shape]);
    expect(relativeError(actual.result.data as Float32Array, expected.result.data)).toBeLessThan(bound);
    await session.release();
  });
});

describe('float16', () => {
  const inner = 600;
  const random = createRandom(2, 'float16');
  const values = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.normal());

  /** How many casts a program has; no value of it is called so. */
  function casts(build: (graph: Graph) => Tensor): number {
    const graph = new Graph();
    const result = build(graph);
    const inputs = Object.fromEntries(given(result).map((input, index) => [`x${index}`, input]));
    const model = emitProgram(graph.program('program', inputs, { result }), { webgpu: true, precision: 'float16' });
    return Buffer.from(model).toString('latin1').split('Cast').length - 1;
  }

  function given(tensor: Tensor): Tensor[] {
    if (tensor.operation === 'input') return [tensor];
    return [...new Set(tensor.inputs.flatMap(given))];
  }

  // Both operands and the result of each part.
  test.each<[string, number, (graph: Graph) => Tensor]>([
    ['a product', 3, (g) => matmul(g.input('float', ['m', 8]), g.input('float', [8, 4]))],
    ['a product in two parts', 4, (g) => matmul(g.input('float', ['m', 500]), g.input('float', [500, 4]))],
    [
      'two products with one weight',
      5,
      (g) => {
        const [x, weight] = [g.input('float', ['m', 8]), g.input('float', [8, 8])];
        return matmul(matmul(x, weight), weight);
      },
    ],
    [
      'queries and keys, masked',
      3,
      (g) => {
        const [queries, keys] = [g.input('float', [2, 'm', 8]), g.input('float', [2, 'm', 8])];
        return softmax(add(matmul(queries, keys, { transposeB: true }), g.input('float', [2, 'm', 'm'])));
      },
    ],
    [
      'a sum over tokens',
      0,
      (g) => matmul(g.input('float', ['m', 8]), g.input('float', ['m', 4]), { transposeA: true }),
    ],
    ['a vector product', 0, (g) => matmul(g.input('float', ['m', 1, 8]), g.input('float', ['m', 8, 1]))],
    ['a product over a vocabulary', 0, (g) => matmul(g.input('float', ['m', 32000]), g.input('float', [32000, 4]))],
    ['what is no product', 0, (g) => exp(multiply(g.input('float', ['m', 8]), g.input('float', ['m', 8])))],
  ])('%s has %i casts', (_, count, build) => {
    expect(casts(build)).toBe(count);
  });

  test('operands are rounded to F16, and a mask is not', async () => {
    const graph = new Graph();
    const [a, b, mask] = [
      ['m', inner],
      [5, inner],
      ['m', 5],
    ].map((shape) => graph.input('float', shape));
    const scores = matmul(a, b, { transposeB: true, scale: 0.125 });
    const program = graph.program('scores', { a, b, mask }, { scores, probabilities: softmax(add(scores, mask)) });
    const model = emitProgram(program, { webgpu: true, precision: 'float16' });
    const session = await InferenceSession.create(model, { executionProviders: ['cpu'] });
    const given = { a: values(2 * inner), b: values(5 * inner), mask: new Float32Array(10).fill(-1e30, 1) };
    const shapes = { a: [2, inner], b: [5, inner], mask: [2, 5] };
    const run = (round: (x: Float32Array) => Float32Array) =>
      runReference(program, {
        a: referenceArray(shapes.a, round(given.a)),
        b: referenceArray(shapes.b, round(given.b)),
        mask: referenceArray(shapes.mask, given.mask),
      }).scores.data;
    const actual = await session.run({
      a: floatTensor(given.a, shapes.a),
      b: floatTensor(given.b, shapes.b),
      mask: floatTensor(given.mask, shapes.mask),
    });
    const toHalf = (x: Float32Array): Float32Array => x.map(roundToHalf);
    expect(relativeError(actual.scores.data as Float32Array, run(toHalf))).toBeLessThan(1e-6);
    expect(
      relativeError(
        run((x) => x),
        run(toHalf),
      ),
    ).toBeGreaterThan(1e-4);
    // The second row sees nothing: −∞ would make it NaN.
    expect([...(actual.probabilities.data as Float32Array)].map((p) => Math.fround(p))).toEqual(
      [1, 0, 0, 0, 0, 0.2, 0.2, 0.2, 0.2, 0.2].map(Math.fround),
    );
    await session.release();
  });
});

test('inputs may be constants of the file, and come as int64', async () => {
  const graph = new Graph();
  const table = graph.input('float', [3, 2]);
  const rows = graph.input('int', ['n']);
  const factor = graph.input('float', ['n', 1]);
  const program = graph.program('pick', { table, rows, factor }, { result: multiply(gatherRows(table, rows), factor) });
  const { inputs, nodes, ...rest } = emitGraph(program, { constants: ['table'], int64: ['rows', 'factor'] });
  expect(inputs.map(({ name, type }) => [name, type])).toEqual([
    ['rows', 'int64'],
    ['factor', 'int64'],
  ]);
  const weight = { name: 'table', shape: [3, 2] };
  const { start, prefixes, byteLength } = encodeOnnxPieces({ inputs, nodes, ...rest }, [weight], { opset: 13, ir: 7 });
  const numbers = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
  const model = Buffer.concat([start, prefixes[0], numbers]);
  expect(model.length).toBe(byteLength);
  const session = await InferenceSession.create(model, { executionProviders: ['cpu'] });
  const long = (values: number[], dims: number[]): OrtTensor =>
    new OrtTensor('int64', BigInt64Array.from(values, BigInt), dims);
  const { result } = await session.run({ rows: long([2, 0], [2]), factor: long([10, 100], [2, 1]) });
  expect([...(result.data as Float32Array)]).toEqual([50, 60, 100, 200]);
  await session.release();
});

/** A float32 of F16's normal range, rounded to its 11 significant bits, ties to even. */
function roundToHalf(x: number): number {
  if (x === 0) return 0;
  const unit = 2 ** (Math.max(-14, Math.floor(Math.log2(Math.abs(x)))) - 10);
  const steps = x / unit;
  const below = Math.floor(steps);
  const up = steps - below > 0.5 || (steps - below === 0.5 && below % 2 !== 0);
  return (below + Number(up)) * unit;
}

test('a size that only one axis has as a whole needs no factors', async () => {
  const graph = new Graph();
  const x = graph.input('float', ['batch*sequence', 1]);
  const program = graph.program('whole size', { x }, { y: broadcastTo(x, ['batch*sequence', 3]) });
  const session = await InferenceSession.create(emitProgram(program));
  const { y } = await session.run({ x: floatTensor(Float32Array.of(1, 2), [2, 1]) });
  expect([...(y.data as Float32Array)]).toEqual([1, 1, 1, 2, 2, 2]);
  await session.release();
});

import { describe, expect, test } from 'vitest';
import { constant } from '../operations/constant.js';
import { add, divide, exp, greater, multiply, sigmoid, sqrt, subtract, tanh } from '../operations/elementwise.js';
import { gatherColumns, gatherRows } from '../operations/gather.js';
import { matmul } from '../operations/matmul.js';
import { reduceSum } from '../operations/reduce.js';
import { concat, reshape, slice, transpose } from '../operations/reshape.js';
import { logSoftmax, softmax } from '../operations/softmax.js';
import { Graph, type Tensor } from '../program/graph.js';
import { referenceArray, runReference } from '../reference/reference-runtime.js';
import { checkDerivative, type DerivativeCase } from '../testing/derivative-error.js';
import { evaluate } from '../testing/evaluate.js';
import { differentiate, gradientOf } from './differentiate.js';

function gradientAt(build: (x: Tensor, graph: Graph) => Tensor, at: number): number {
  const graph = new Graph();
  const x = graph.input('float', []);
  const [gradient] = gradientOf(build(x, graph), [x]);
  return evaluate(graph, gradient, [{ tensor: x, shape: [], data: [at] }]).data[0];
}

describe('accumulation', () => {
  test('a value used twice gets the sum', () => {
    // d/dx (x³ + x) = 3x² + 1
    expect(gradientAt((x) => add(multiply(multiply(x, x), x), x), 2)).toBe(13);
  });

  test('along two paths through shared values', () => {
    // y = x², z = y·y + y: dz/dx = (2y + 1)·2x
    expect(
      gradientAt((x) => {
        const y = multiply(x, x);
        return add(multiply(y, y), y);
      }, 3),
    ).toBe(19 * 6);
  });

  test('a value that is an output and an intermediate one gets both cotangents', () => {
    const graph = new Graph();
    const x = graph.input('float', []);
    const y = multiply(x, x);
    const z = multiply(y, constant(graph, 10));
    const [dx, dy] = differentiate(
      [
        [y, constant(graph, 7)],
        [z, constant(graph, 1)],
      ],
      [x, y],
    );
    const at = [{ tensor: x, shape: [], data: [3] }];
    expect(evaluate(graph, dy, at).data).toEqual([17]);
    expect(evaluate(graph, dx, at).data).toEqual([17 * 6]);
  });

  test('the same output twice counts twice', () => {
    const graph = new Graph();
    const x = graph.input('float', []);
    const y = exp(x);
    const [dx] = differentiate(
      [
        [y, constant(graph, 1)],
        [y, constant(graph, 2)],
      ],
      [x],
    );
    expect(evaluate(graph, dx, [{ tensor: x, shape: [], data: [0] }]).data).toEqual([3]);
  });

  test('a source that is the output itself gets the cotangent', () => {
    const graph = new Graph();
    const x = graph.input('float', [2]);
    const given = graph.input('float', [2]);
    expect(differentiate([[x, given]], [x])).toEqual([given]);
  });

  test('derivatives of derivatives', () => {
    const graph = new Graph();
    const x = graph.input('float', []);
    const [first] = gradientOf(multiply(x, multiply(x, x)), [x]);
    const [second] = gradientOf(first, [x]);
    // d²/dx² x³ = 6x
    expect(evaluate(graph, second, [{ tensor: x, shape: [], data: [5] }]).data).toEqual([30]);
  });
});

describe('what needs no derivative', () => {
  test('a source that nothing depends on gets zeros of its shape', () => {
    const graph = new Graph();
    const x = graph.input('float', ['n']);
    const unused = graph.input('float', [2, 3]);
    const scalar = graph.input('float', []);
    const symbolic = graph.input('float', ['k', 2]);
    const gradients = gradientOf(reduceSum(x, [0]), [unused, scalar, symbolic]);
    expect(gradients.map(({ shape }) => shape)).toEqual([[2, 3], [], ['k', 2]]);
    const program = graph.program('p', { symbolic, unused, x }, { a: gradients[0], b: gradients[1], c: gradients[2] });
    const result = runReference(program, { symbolic: referenceArray([2, 2], [1, 2, 3, 4]) });
    expect(result.a).toEqual(referenceArray([2, 3], [0, 0, 0, 0, 0, 0]));
    expect(result.b).toEqual(referenceArray([], [0]));
    expect(result.c).toEqual(referenceArray([2, 2], [0, 0, 0, 0]));
  });

  test('constants and inputs that are no source get no work', () => {
    const graph = new Graph();
    const x = graph.input('float', ['n', 4]);
    const frozen = graph.input('float', [3, 4]);
    const w = graph.input('float', [2, 3]);
    const hidden = tanh(matmul(x, frozen, { transposeB: true }));
    const loss = reduceSum(multiply(matmul(hidden, w, { transposeB: true }), constant(graph, 2)), [0, 1]);
    const [gradient] = gradientOf(loss, [w]);
    const program = graph.program('p', { x, frozen, w, hidden }, { gradient });
    // 2 · 1ᵀ · hidden: one product, and nothing for x, the frozen weight, the constant or the saved value.
    const names = program.nodes.map(({ operation }) => operation);
    expect(names.filter((name) => name !== 'constant' && name !== 'broadcastTo')).toEqual(['multiply', 'matmul']);
    expect(program.inputs.map(({ name }) => name)).toEqual(['hidden']);
  });

  test('the path stops at comparisons', () => {
    const graph = new Graph();
    const x = graph.input('float', [2]);
    const condition = greater(x, constant(graph, 0));
    expect(() => differentiate([[condition, condition]], [x])).toThrow(
      'a value of type bool (greater) has no derivative',
    );
  });
});

describe('wrong uses', () => {
  const graph = new Graph();
  const x = graph.input('float', [2, 3]);

  test('a cotangent of another shape', () => {
    expect(() => differentiate([[exp(x), graph.input('float', [3])]], [x])).toThrow(
      'cotangent of exp has shape [3], expected [2, 3]',
    );
  });

  test('the gradient of more than one element', () => {
    expect(() => gradientOf(exp(x), [x])).toThrow('gradientOf: expected one element, got shape [2, 3]');
    expect(gradientOf(reduceSum(x, [0, 1]), [x])[0].shape).toEqual([2, 3]);
  });

  test('values of several graphs', () => {
    const foreign = new Graph().input('float', [2, 3]);
    expect(() => gradientOf(reduceSum(x, [0, 1]), [foreign])).toThrow(
      'differentiate: the values belong to several graphs',
    );
    expect(() => differentiate([[exp(x), foreign]], [x])).toThrow('several graphs');
  });

  test('indices as a source', () => {
    const indices = graph.input('int', [2]);
    const picked = reduceSum(gatherColumns(x, indices), [0]);
    expect(() => gradientOf(picked, [indices])).toThrow('a value of type int (input) has no derivative');
    expect(gradientOf(picked, [x])[0].shape).toEqual([2, 3]);
  });
});

/** Root-mean-square norm, as the models have it. */
function norm(x: Tensor, weight: Tensor, size: number): Tensor {
  const axis = x.shape.length - 1;
  const meanSquare = multiply(reduceSum(multiply(x, x), [axis]), constant(x.graph, 1 / size));
  return multiply(divide(x, sqrt(add(meanSquare, constant(x.graph, 1e-5)))), weight);
}

const networks: Record<string, DerivativeCase> = {
  'a gated multilayer perceptron with a cross-entropy loss': {
    symbols: { n: 4 },
    inputs: {
      x: { shape: ['n', 3] },
      gate: { shape: [5, 3] },
      up: { shape: [5, 3] },
      down: { shape: [3, 5] },
      bias: { shape: [3] },
      target: { type: 'int', shape: ['n'], data: [2, 0, 1, 2] },
    },
    build({ x, gate, up, down, bias, target }) {
      const gated = matmul(x, gate, { transposeB: true });
      const hidden = multiply(multiply(gated, sigmoid(gated)), matmul(x, up, { transposeB: true }));
      const logits = add(add(x, matmul(hidden, down, { transposeB: true })), bias);
      return reduceSum(gatherColumns(logSoftmax(logits), target), [0]);
    },
  },
  'a block of grouped-query attention with a key/value cache': {
    symbols: { batch: 2, sequence: 3, past: 2 },
    inputs: {
      embedding: { shape: [5, 4] },
      tokens: { type: 'int', shape: ['batch*sequence'], data: [0, 3, 3, 1, 0, 2] },
      normWeight: { shape: [4] },
      wq: { shape: [8, 4] },
      wk: { shape: [2, 4] },
      wv: { shape: [2, 4] },
      wo: { shape: [4, 8] },
      pastKeys: { shape: ['batch', 'past', 2] },
      pastValues: { shape: ['batch', 'past', 2] },
      mask: { shape: ['sequence', 'past+sequence'] },
    },
    build({ embedding, tokens, normWeight, wq, wk, wv, wo, pastKeys, pastValues, mask }) {
      const x = gatherRows(embedding, tokens);
      const normed = norm(x, normWeight, 4);
      // Four query heads of size 2 share one key/value head.
      const heads = reshape(matmul(normed, wq, { transposeB: true }), ['batch', 'sequence', 4, 2]);
      const queries = reshape(transpose(heads, [0, 2, 1, 3]), ['batch', '4*sequence', 2]);
      const fold = (y: Tensor): Tensor => reshape(y, ['batch', 'sequence', 2]);
      const keys = concat([pastKeys, fold(matmul(normed, wk, { transposeB: true }))], 1);
      const values = concat([pastValues, fold(matmul(normed, wv, { transposeB: true }))], 1);
      const scores = multiply(matmul(queries, keys, { transposeB: true }), constant(x.graph, Math.SQRT1_2));
      const columns = 'past+sequence';
      const masked = add(reshape(scores, ['batch', 4, 'sequence', columns]), mask);
      const context = matmul(reshape(softmax(masked), ['batch', '4*sequence', columns]), values);
      const merged = reshape(transpose(reshape(context, ['batch', 4, 'sequence', 2]), [0, 2, 1, 3]), [
        'batch*sequence',
        8,
      ]);
      const output = add(x, matmul(merged, wo, { transposeB: true }));
      // The last two features only, less their mean: exercises slice inside a network.
      const last = slice(output, 1, 2, 4);
      return subtract(last, multiply(reduceSum(last, [1]), constant(x.graph, 0.5)));
    },
  },
};

describe('networks against finite differences', () => {
  test.each(Object.entries(networks))('%s', (name, network) => {
    const { errors } = checkDerivative(name, network);
    for (const [input, { relative, scale }] of Object.entries(errors)) {
      expect(scale, `derivative by ${input} is not all zero`).toBeGreaterThan(1e-4);
      expect(relative, `relative error of the derivative by ${input}`).toBeLessThan(1e-6);
    }
  });
});

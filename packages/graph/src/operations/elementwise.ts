import type { ElementType } from '../program/program.js';
import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';
import { broadcastStrides, forEachIndex, type ReferenceArray } from '../reference/reference-array.js';
import { broadcastShapes, sumToShape } from './broadcast.js';
import { constant } from './constant.js';

type Combine = (...values: number[]) => number;

/** Of two inputs or three. */
function evaluateBroadcast(
  inputs: readonly ReferenceArray[],
  shape: readonly number[],
  combine: Combine,
): Float64Array {
  const strides = inputs.map((input) => broadcastStrides(input.shape, shape.length));
  const result = new Float64Array(shape.reduce((product, size) => product * size, 1));
  const [a, b, c] = inputs.map(({ data }) => data);
  // Written out by their number: a list of arguments for each element would take most of the time.
  forEachIndex(
    shape,
    strides,
    c === undefined
      ? (flat, [i, j]) => (result[flat] = combine(a[i], b[j]))
      : (flat, [i, j, k]) => (result[flat] = combine(a[i], b[j], c[k])),
  );
  return result;
}

function expectType(operation: string, tensor: Tensor, type: ElementType): void {
  if (tensor.type !== type) throw new Error(`${operation}: expected ${type}, got ${tensor.type}`);
}

function binary(
  name: string,
  combine: (a: number, b: number) => number,
  gradient: (
    a: Tensor,
    b: Tensor,
    cotangent: Tensor,
    result: Tensor,
  ) => readonly [Tensor | undefined, Tensor | undefined],
  resultType: ElementType = 'float',
): { build: (a: Tensor, b: Tensor) => Tensor; operation: Operation } {
  return {
    build(a, b) {
      expectType(name, a, 'float');
      expectType(name, b, 'float');
      return a.graph.apply(name, { type: resultType, shape: broadcastShapes(name, a.shape, b.shape) }, [a, b], {});
    },
    operation: {
      name,
      gradient(node, cotangent) {
        const [a, b] = node.inputs;
        const [da, db] = gradient(a, b, cotangent, node);
        return [da && sumToShape(da, a.shape), db && sumToShape(db, b.shape)];
      },
      evaluate: (inputs, node) => evaluateBroadcast(inputs, node.shape, combine as Combine),
    },
  };
}

function unary(
  name: string,
  compute: (x: number) => number,
  gradient: (x: Tensor, cotangent: Tensor, result: Tensor) => Tensor,
): { build: (x: Tensor) => Tensor; operation: Operation } {
  return {
    build(x) {
      expectType(name, x, 'float');
      return x.graph.apply(name, { type: 'float', shape: x.shape }, [x], {});
    },
    operation: {
      name,
      gradient: (node, cotangent) => [gradient(node.inputs[0], cotangent, node)],
      evaluate: ([x]) => x.data.map(compute),
    },
  };
}

const addition = binary(
  'add',
  (a, b) => a + b,
  (_a, _b, cotangent) => [cotangent, cotangent],
);
const subtraction = binary(
  'subtract',
  (a, b) => a - b,
  (_a, _b, cotangent) => [cotangent, negate(cotangent)],
);
const multiplication = binary(
  'multiply',
  (a, b) => a * b,
  (a, b, cotangent) => [multiply(cotangent, b), multiply(cotangent, a)],
);
const division = binary(
  'divide',
  (a, b) => a / b,
  (_a, b, cotangent, result) => {
    const da = divide(cotangent, b);
    return [da, negate(multiply(da, result))];
  },
);
const comparison = binary(
  'greater',
  (a, b) => (a > b ? 1 : 0),
  () => [undefined, undefined],
  'bool',
);

const negation = unary(
  'negate',
  (x) => -x,
  (_x, cotangent) => negate(cotangent),
);
const exponential = unary('exp', Math.exp, (_x, cotangent, result) => multiply(cotangent, result));
const logarithm = unary('log', Math.log, (x, cotangent) => divide(cotangent, x));
const squareRoot = unary('sqrt', Math.sqrt, (x, cotangent, result) =>
  divide(multiply(cotangent, constant(x.graph, 0.5)), result),
);
const logistic = unary(
  'sigmoid',
  (x) => 1 / (1 + Math.exp(-x)),
  (x, cotangent, result) => multiply(cotangent, multiply(result, subtract(constant(x.graph, 1), result))),
);
const hyperbolicTangent = unary('tanh', Math.tanh, (x, cotangent, result) =>
  multiply(cotangent, subtract(constant(x.graph, 1), multiply(result, result))),
);

const selection: Operation = {
  name: 'where',
  gradient(node, cotangent) {
    const [condition, a, b] = node.inputs;
    const zero = constant(node.graph, 0);
    return [
      undefined,
      sumToShape(where(condition, cotangent, zero), a.shape),
      sumToShape(where(condition, zero, cotangent), b.shape),
    ];
  },
  evaluate: (inputs, node) => evaluateBroadcast(inputs, node.shape, (condition, a, b) => (condition !== 0 ? a : b)),
};

/** a + b, broadcast. */
export const add = addition.build;
/** a − b, broadcast. */
export const subtract = subtraction.build;
/** a · b elementwise, broadcast. */
export const multiply = multiplication.build;
/** a / b elementwise, broadcast. */
export const divide = division.build;
/** a > b elementwise, broadcast; bool. */
export const greater = comparison.build;
export const negate = negation.build;
export const exp = exponential.build;
/** Natural logarithm. */
export const log = logarithm.build;
export const sqrt = squareRoot.build;
/** 1 / (1 + e^−x). */
export const sigmoid = logistic.build;
export const tanh = hyperbolicTangent.build;

/** a where the condition holds, else b; broadcast. */
export function where(condition: Tensor, a: Tensor, b: Tensor): Tensor {
  expectType('where', condition, 'bool');
  expectType('where', a, 'float');
  expectType('where', b, 'float');
  const shape = broadcastShapes('where', broadcastShapes('where', condition.shape, a.shape), b.shape);
  return a.graph.apply('where', { type: 'float', shape }, [condition, a, b], {});
}

export const elementwiseOperations: readonly Operation[] = [
  addition.operation,
  subtraction.operation,
  multiplication.operation,
  division.operation,
  comparison.operation,
  negation.operation,
  exponential.operation,
  logarithm.operation,
  squareRoot.operation,
  logistic.operation,
  hyperbolicTangent.operation,
  selection,
];

import { describe, expect, test } from 'vitest';
import type { Shape } from '../dimension/dimension.js';
import type { Tensor } from '../program/graph.js';
import { checkDerivative, type DerivativeCase } from '../testing/derivative-error.js';
import { allOperations } from './all-operations.js';
import { constant, range } from './constant.js';
import {
  add,
  divide,
  exp,
  greater,
  log,
  multiply,
  negate,
  sigmoid,
  sqrt,
  subtract,
  tanh,
  where,
} from './elementwise.js';
import { gatherColumns, gatherRows, oneHot, scatterAddRows } from './gather.js';
import { matmul } from './matmul.js';
import { argMax, reduceSum } from './reduce.js';
import { broadcastTo, concat, pad, reshape, roll, slice, transpose } from './reshape.js';
import { logSoftmax, softmax } from './softmax.js';
import { topValues } from './top-values.js';

type Cases = Readonly<Record<string, DerivativeCase>>;
const symbols = { n: 3, m: 2 };

const broadcasts: Readonly<Record<string, readonly [Shape, Shape]>> = {
  'equal shapes': [
    [2, 3],
    [2, 3],
  ],
  'scalars on both sides': [[], []],
  'scalar on the left': [[], [2, 3]],
  'scalar on the right': [[2, 3], []],
  'leading axis missing on the left': [[3], [2, 3]],
  'leading axes missing on the right': [
    [2, 2, 3],
    [2, 3],
  ],
  'size 1 on the left': [
    [2, 1, 2],
    [2, 3, 2],
  ],
  'size 1 on the right': [
    [2, 3, 2],
    [1, 3, 1],
  ],
  'size 1 on either side': [
    [2, 1],
    [1, 3],
  ],
  'size 1 and missing axes on either side': [
    [2, 1, 3],
    [4, 1],
  ],
  'size 1 on both sides': [
    [2, 1],
    [2, 1],
  ],
  'symbolic against 1 and equal': [
    ['n', 1, 'm'],
    ['n', 2, 1],
  ],
  'symbolic against nothing': [['m'], ['n', 'm']],
};

function binaryCases(build: (a: Tensor, b: Tensor) => Tensor, rangeB?: readonly [number, number]): Cases {
  return {
    ...Object.fromEntries(
      Object.entries(broadcasts).map(([name, [a, b]]) => [
        name,
        {
          inputs: { a: { shape: a }, b: { shape: b, range: rangeB } },
          symbols,
          build: (x): Tensor => build(x.a, x.b),
        } satisfies DerivativeCase,
      ]),
    ),
    'the same value twice': {
      inputs: { a: { shape: [2, 3], range: [0.5, 2] } },
      // Times a², so that nothing cancels to a constant.
      build: ({ a }) => multiply(build(a, a), multiply(a, a)),
    },
  };
}

function unaryCases(build: (x: Tensor) => Tensor, range?: readonly [number, number]): Cases {
  return {
    matrix: { inputs: { x: { shape: [2, 3], range } }, build: ({ x }) => build(x) },
    scalar: { inputs: { x: { shape: [], range } }, build: ({ x }) => build(x) },
    symbolic: { inputs: { x: { shape: ['n', 1, 'm'], range } }, symbols, build: ({ x }) => build(x) },
  };
}

function matmulCases(): Cases {
  const cases: Record<string, DerivativeCase> = {};
  const batches: Shape[] = [[], [2], [2, 1, 'n']];
  for (const batch of batches) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const name = `rank ${batch.length + 2}, transposes ${transposeA} and ${transposeB}`;
        cases[name] = {
          inputs: {
            a: { shape: [...batch, ...(transposeA ? [4, 2] : [2, 4])] },
            b: { shape: [...batch, ...(transposeB ? [3, 4] : [4, 3])] },
          },
          symbols,
          build: ({ a, b }) => matmul(a, b, { transposeA, transposeB }),
        };
      }
    }
  }
  return {
    ...cases,
    'symbolic rows and inner size': {
      inputs: { a: { shape: ['m', 'n'] }, b: { shape: [2, 'n'] } },
      symbols,
      build: ({ a, b }) => matmul(a, b, { transposeB: true }),
    },
    'a matrix times itself': {
      inputs: { a: { shape: [3, 3] } },
      build: ({ a }) => matmul(a, a, { transposeA: true }),
    },
    scaled: {
      inputs: { a: { shape: [2, 3, 2] }, b: { shape: [2, 4, 2] } },
      build: ({ a, b }) => matmul(a, b, { transposeB: true, scale: -1.7 }),
    },
  };
}

const lastAxisCases = (build: (x: Tensor) => Tensor): Cases => ({
  vector: { inputs: { x: { shape: [4] } }, build: ({ x }) => build(x) },
  'rank 3, symbolic': { inputs: { x: { shape: [2, 'm', 'n'] } }, symbols, build: ({ x }) => build(x) },
  'large values': { inputs: { x: { shape: [2, 3], range: [999, 1001] } }, build: ({ x }) => build(x) },
});

/** Cases by operation. Each program of an operation has to contain it. */
const cases: Readonly<Record<string, Cases>> = {
  constant: {
    factor: { inputs: { x: { shape: [2] } }, build: ({ x }, graph) => multiply(x, constant(graph, 3)) },
  },
  range: {
    'as a factor': { inputs: { x: { shape: [2, 3] } }, build: ({ x }, graph) => multiply(x, range(graph, 3)) },
    symbolic: {
      inputs: { x: { shape: ['n', 'm'] } },
      symbols,
      build: ({ x }, graph) => multiply(x, range(graph, 'm')),
    },
  },
  add: binaryCases(add),
  subtract: binaryCases((a, b) => subtract(a, multiply(b, b))),
  multiply: binaryCases(multiply),
  divide: binaryCases((a, b) => divide(a, multiply(b, b)), [0.5, 2]),
  greater: {
    'as a condition': {
      inputs: { a: { shape: [2, 3], range: [0, 1] }, b: { shape: [3], range: [0, 1] } },
      build: ({ a, b }) => where(greater(a, b), multiply(a, a), b),
    },
  },
  negate: unaryCases(negate),
  exp: unaryCases(exp),
  log: unaryCases(log, [0.5, 2]),
  sqrt: unaryCases(sqrt, [0.5, 2]),
  sigmoid: unaryCases(sigmoid, [-4, 4]),
  tanh: unaryCases(tanh, [-2, 2]),
  where: {
    'equal shapes': {
      inputs: {
        c: { type: 'bool', shape: [2, 3], data: [1, 0, 1, 0, 0, 1] },
        a: { shape: [2, 3] },
        b: { shape: [2, 3] },
      },
      build: ({ c, a, b }) => where(c, a, b),
    },
    'the condition has more axes': {
      inputs: { c: { type: 'bool', shape: [2, 3], data: [1, 0, 1, 0, 1, 1] }, a: { shape: [3] }, b: { shape: [] } },
      build: ({ c, a, b }) => where(c, a, b),
    },
    'the condition is broadcast': {
      inputs: { c: { type: 'bool', shape: ['n', 1], data: [1, 0, 1] }, a: { shape: ['n', 'm'] }, b: { shape: ['m'] } },
      symbols,
      build: ({ c, a, b }) => where(c, a, b),
    },
    'one value on both sides': {
      inputs: { c: { type: 'bool', shape: [2], data: [1, 0] }, a: { shape: [2] } },
      build: ({ c, a }) => where(c, a, multiply(a, a)),
    },
  },
  reduceSum: {
    'one axis': { inputs: { x: { shape: [2, 3] } }, build: ({ x }) => reduceSum(x, [1]) },
    'several axes': { inputs: { x: { shape: [2, 3, 2, 2] } }, build: ({ x }) => reduceSum(x, [3, 0, 2]) },
    'all axes': { inputs: { x: { shape: ['n', 'm'] } }, symbols, build: ({ x }) => reduceSum(x, [0, 1]) },
    'an axis of size 1': { inputs: { x: { shape: [2, 1, 2] } }, build: ({ x }) => reduceSum(x, [1, 2]) },
  },
  topValues: {
    'three of five': { inputs: { x: { shape: [2, 5] } }, build: ({ x }) => topValues(x, 3) },
    'rank 3, symbolic': { inputs: { x: { shape: ['n', 2, 3] } }, symbols, build: ({ x }) => topValues(x, 2) },
  },
  argMax: {
    'as an index': { inputs: { x: { shape: [3, 4] } }, build: ({ x }) => gatherColumns(x, argMax(x)) },
  },
  reshape: {
    'fixed sizes': {
      inputs: { x: { shape: [2, 6] } },
      build: ({ x }) => reshape(x, [3, 2, 2]),
    },
    symbolic: {
      inputs: { x: { shape: ['n', 'm', 4] } },
      symbols,
      build: ({ x }) => reshape(x, ['n*m', 2, 2]),
    },
    'to a scalar': { inputs: { x: { shape: [1, 1] } }, build: ({ x }) => reshape(x, []) },
  },
  transpose: {
    matrix: { inputs: { x: { shape: [2, 3] } }, build: ({ x }) => transpose(x, [1, 0]) },
    // An order that is not its own inverse.
    'rank 3': { inputs: { x: { shape: ['n', 2, 4] } }, symbols, build: ({ x }) => transpose(x, [1, 2, 0]) },
    'rank 5 with size-1 axes': {
      inputs: { x: { shape: [2, 1, 3, 1, 2] } },
      build: ({ x }) => transpose(x, [4, 0, 3, 2, 1]),
    },
  },
  broadcastTo: {
    scalar: { inputs: { x: { shape: [] } }, build: ({ x }) => broadcastTo(x, [2, 3]) },
    'size-1 and leading axes': { inputs: { x: { shape: [3, 1] } }, build: ({ x }) => broadcastTo(x, [2, 3, 4]) },
    symbolic: {
      inputs: { x: { shape: [1, 'm'] }, like: { shape: ['n', 'm'] } },
      symbols,
      build: ({ x, like }) => multiply(broadcastTo(x, ['n', 'm']), like),
    },
  },
  slice: {
    'first axis': { inputs: { x: { shape: [4, 2] } }, build: ({ x }) => slice(x, 0, 1, 3) },
    'middle axis': { inputs: { x: { shape: [2, 4, 3] } }, build: ({ x }) => slice(x, 1, 1, 4) },
    'last axis to size 1': { inputs: { x: { shape: [2, 3] } }, build: ({ x }) => slice(x, 1, 2, 3) },
    'beside size-1 axes': { inputs: { x: { shape: [1, 4, 1] } }, build: ({ x }) => slice(x, 1, 2, 4) },
    'symbolic bounds': {
      inputs: { x: { shape: [2, '2*n+m'] }, n: { shape: ['n'] }, m: { shape: ['m'] } },
      symbols,
      build: ({ x, n, m }) => add(multiply(slice(x, 1, 'm', 'n+m'), n), reduceSum(m, [0])),
    },
  },
  pad: {
    'first axis': { inputs: { x: { shape: [2, 3] } }, build: ({ x }) => pad(x, 0, 1, 5) },
    'a size-1 axis at an offset': { inputs: { x: { shape: [2, 1, 3] } }, build: ({ x }) => pad(x, 1, 2, 4) },
    'a size-1 axis that stays 1': { inputs: { x: { shape: [2, 1] } }, build: ({ x }) => pad(x, 1, 0, 1) },
    'symbolic bounds': {
      inputs: { x: { shape: ['m', 'n'] } },
      symbols,
      build: ({ x }) => pad(x, 1, 'm', '2*n+m'),
    },
  },
  roll: {
    'last axis by half': { inputs: { x: { shape: ['n', 4] } }, symbols, build: ({ x }) => roll(x, 1, 2) },
    'a shift that is not its own inverse': { inputs: { x: { shape: [5, 2] } }, build: ({ x }) => roll(x, 0, 2) },
    'middle axis': { inputs: { x: { shape: [2, 3, 2] } }, build: ({ x }) => roll(x, 1, 1) },
  },
  concat: {
    'first axis': {
      inputs: { a: { shape: [2, 3] }, b: { shape: [1, 3] } },
      build: ({ a, b }) => concat([a, b], 0),
    },
    'size-1 axes': {
      inputs: { a: { shape: [2, 1, 2] }, b: { shape: [2, 1, 2] }, c: { shape: [2, 3, 2] } },
      build: ({ a, b, c }) => concat([a, b, c], 1),
    },
    'beside size-1 axes': {
      inputs: { a: { shape: [1, 2, 1] }, b: { shape: [1, 3, 1] } },
      build: ({ a, b }) => concat([a, b], 1),
    },
    'symbolic, the same value twice': {
      inputs: { a: { shape: ['n', 'm'] }, b: { shape: ['n', 2] } },
      symbols,
      build: ({ a, b }) => concat([a, b, a], 1),
    },
  },
  matmul: matmulCases(),
  softmax: lastAxisCases(softmax),
  logSoftmax: lastAxisCases(logSoftmax),
  gatherRows: {
    'repeated and unused rows': {
      inputs: { table: { shape: [4, 2, 2] }, rows: { type: 'int', shape: ['n'], data: [3, 1, 3] } },
      symbols,
      build: ({ table, rows }) => gatherRows(table, rows),
    },
    'rank 1': {
      inputs: { table: { shape: [3] }, rows: { type: 'int', shape: [2], data: [2, 2] } },
      build: ({ table, rows }) => gatherRows(table, rows),
    },
  },
  scatterAddRows: {
    'repeated rows': {
      inputs: { updates: { shape: ['n', 2] }, rows: { type: 'int', shape: ['n'], data: [3, 1, 3] } },
      symbols,
      build: ({ updates, rows }) => scatterAddRows(updates, rows, 5),
    },
  },
  gatherColumns: {
    'repeated columns': {
      inputs: { x: { shape: ['n', 4] }, columns: { type: 'int', shape: ['n'], data: [2, 0, 2] } },
      symbols,
      build: ({ x, columns }) => gatherColumns(x, columns),
    },
  },
  oneHot: {
    'as a factor': {
      inputs: { x: { shape: [3, 4] }, columns: { type: 'int', shape: [3], data: [2, 0, 2] } },
      build: ({ x, columns }) => multiply(x, oneHot(columns, 4)),
    },
  },
};

test('every operation has a derivative case', () => {
  expect(Object.keys(cases).sort()).toEqual([...allOperations.keys()].sort());
});

describe.each(Object.entries(cases))('derivative of %s', (operation, operationCases) => {
  test.each(Object.entries(operationCases))('%s', (name, derivativeCase) => {
    const { forward, errors } = checkDerivative(`${operation}: ${name}`, derivativeCase);
    expect(forward.nodes.map((node) => node.operation)).toContain(operation);
    expect(Object.keys(errors).length).toBeGreaterThan(0);
    for (const [input, { relative, scale }] of Object.entries(errors)) {
      expect(scale, `derivative by ${input} is not all zero`).toBeGreaterThan(1e-4);
      expect(relative, `relative error of the derivative by ${input}`).toBeLessThan(1e-6);
    }
  });
});

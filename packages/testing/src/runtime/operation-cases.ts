import {
  add,
  argMax,
  broadcastTo,
  concat,
  constant,
  divide,
  exp,
  gatherColumns,
  gatherRows,
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
  reshape,
  roll,
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
  type Shape,
  type Tensor,
} from '@profit-sft/graph';
import type { ProgramCase } from './program-case.js';

type Cases = Readonly<Record<string, ProgramCase>>;
type Range = readonly [number, number];

/** Sizes that change from run to run, with axes of size 1; a program has to take them all. */
const changing = [
  { n: 3, m: 4 },
  { n: 1, m: 7 },
  { n: 6, m: 1 },
];
/** The same, and a batch without rows. */
const changingAndEmpty = [...changing, { n: 0, m: 4 }, { n: 2, m: 3 }];

const broadcasts: Readonly<Record<string, readonly [Shape, Shape]>> = {
  'equal shapes': [
    ['n', 'm'],
    ['n', 'm'],
  ],
  'a scalar on the left': [[], ['n', 'm']],
  'a scalar on the right': [['n', 'm'], []],
  'two scalars': [[], []],
  'a row': [['n', 'm'], ['m']],
  'a column': [
    ['n', 'm'],
    ['n', 1],
  ],
  'size 1 on either side': [
    ['n', 1],
    [1, 'm'],
  ],
  'axes that are missing on the left': [['m'], ['n', 2, 'm']],
  'rank 5 against axes of size 1': [
    ['n', 2, 3, 'm', 4],
    ['n', 1, 1, 'm', 4],
  ],
};

function binaryCases(build: (a: Tensor, b: Tensor) => Tensor, rangeOfB?: Range): Cases {
  return {
    ...Object.fromEntries(
      Object.entries(broadcasts).map(([name, [a, b]]) => [
        name,
        {
          inputs: { a: { shape: a }, b: { shape: b, range: rangeOfB } },
          sizes: changingAndEmpty,
          build: (x) => build(x.a, x.b),
        } satisfies ProgramCase,
      ]),
    ),
    'one value twice': {
      inputs: { a: { shape: ['n', 'm'], range: rangeOfB } },
      sizes: changing,
      build: ({ a }) => build(a, a),
    },
  };
}

function unaryCases(build: (x: Tensor) => Tensor, ...ranges: readonly Range[]): Cases {
  const cases: Record<string, ProgramCase> = {
    scalar: { inputs: { x: { shape: [], range: ranges[0] } }, build: ({ x }) => build(x) },
    'rank 4': {
      inputs: { x: { shape: ['n', 2, 'm', 3], range: ranges[0] } },
      sizes: changingAndEmpty,
      build: ({ x }) => build(x),
    },
  };
  for (const bounds of ranges) {
    cases[`from ${bounds[0]} to ${bounds[1]}`] = {
      inputs: { x: { shape: ['n', 257], range: bounds } },
      sizes: changing,
      build: ({ x }) => build(x),
    };
  }
  return cases;
}

function matmulCases(): Cases {
  const cases: Record<string, ProgramCase> = {};
  const sizes = [
    { b: 2, rows: 5, inner: 7, columns: 3 },
    { b: 1, rows: 1, inner: 9, columns: 4 },
    { b: 3, rows: 6, inner: 1, columns: 1 },
    { b: 2, rows: 40, inner: 33, columns: 29 },
    { b: 1, rows: 130, inner: 65, columns: 66 },
  ];
  for (const [title, batch] of [
    ['rank 2', []],
    ['rank 3', ['b']],
    ['rank 4', [2, 'b']],
  ] as const) {
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        for (const scale of [1, -0.35]) {
          const transposes = [...(transposeA ? ['left'] : []), ...(transposeB ? ['right'] : [])].join(' and ');
          cases[`${title}${transposes === '' ? '' : `, ${transposes} transposed`}${scale === 1 ? '' : ', scaled'}`] = {
            inputs: {
              a: { shape: [...batch, ...(transposeA ? ['inner', 'rows'] : ['rows', 'inner'])] },
              b: { shape: [...batch, ...(transposeB ? ['columns', 'inner'] : ['inner', 'columns'])] },
            },
            sizes,
            build: ({ a, b }) => matmul(a, b, { transposeA, transposeB, scale }),
          };
        }
      }
    }
  }
  return {
    ...cases,
    'no rows': {
      inputs: { a: { shape: ['n', 4] }, b: { shape: [3, 4] } },
      sizes: [{ n: 0 }, { n: 2 }],
      build: ({ a, b }) => matmul(a, b, { transposeB: true }),
    },
    'a sum over no rows': {
      inputs: { a: { shape: ['n', 4] }, b: { shape: ['n', 3] } },
      sizes: [{ n: 0 }, { n: 2 }],
      build: ({ a, b }) => matmul(a, b, { transposeA: true }),
    },
    'added to a sum': {
      inputs: { a: { shape: ['n', 4] }, b: { shape: ['n', 'm'] }, sum: { shape: [4, 'm'] } },
      sizes: changing,
      build: ({ a, b, sum }) => add(sum, matmul(a, b, { transposeA: true, scale: 0.5 })),
    },
    'a matrix times itself': {
      inputs: { a: { shape: ['n', 'm'] } },
      sizes: changing,
      build: ({ a }) => matmul(a, a, { transposeA: true }),
    },
    'many vector products': {
      inputs: { a: { shape: ['n', 1, 2000] }, b: { shape: ['n', 2000, 1] } },
      sizes: [{ n: 3 }, { n: 1 }],
      build: ({ a, b }) => matmul(a, b),
    },
  };
}

/** Finite, and far enough from anything to give a probability of exactly 0: what masked scores are. */
const masked = -1e30;

/** None without rows: the engine asks for none, and providers refuse it. */
function lastAxisCases(build: (x: Tensor) => Tensor): Cases {
  return {
    vector: { inputs: { x: { shape: ['m'] } }, sizes: changing, build: ({ x }) => build(x) },
    'rank 4': {
      inputs: { x: { shape: ['n', 2, 1, 'm'] } },
      sizes: changing,
      build: ({ x }) => build(x),
    },
    'a large vocabulary': {
      inputs: { x: { shape: ['n', 50257], range: [-30, 30] } },
      sizes: [{ n: 2 }, { n: 1 }],
      build: ({ x }) => build(x),
    },
    'logits far from 0': {
      inputs: { x: { shape: ['n', 'm'], range: [999, 1001] } },
      sizes: changing,
      build: ({ x }) => build(x),
    },
    'masked scores': {
      inputs: {
        x: { shape: ['n', 9] },
        mask: { shape: ['n', 9], of: (index) => (index % 3 === 0 ? 0 : masked) },
      },
      sizes: changing,
      build: ({ x, mask }) => build(add(x, mask)),
    },
    'one score that is not masked': {
      inputs: { x: { shape: ['n', 5] }, mask: { shape: [5], of: (index) => (index === 3 ? 0 : masked) } },
      sizes: changing,
      build: ({ x, mask }) => build(add(x, mask)),
    },
    'a row of masked scores': {
      inputs: { mask: { shape: ['n', 4], of: () => masked } },
      sizes: changing,
      build: ({ mask }) => build(mask),
    },
  };
}

/** Cases by operation; each case's program contains it. */
export const operationCases: Readonly<Record<string, Cases>> = {
  constant: {
    'as a factor': {
      inputs: { x: { shape: ['n'] } },
      sizes: changingAndEmpty,
      build: ({ x }, graph) => multiply(x, constant(graph, -2.5)),
    },
    alone: {
      inputs: { x: { shape: ['n'] } },
      sizes: changing,
      build: ({ x }, graph) => ({ result: constant(graph, 1e-12), other: negate(x) }),
    },
    'very small and very large': {
      inputs: { x: { shape: [3] } },
      build: ({ x }, graph) => add(multiply(x, constant(graph, 1e-30)), constant(graph, masked)),
    },
  },
  range: {
    'places along an axis': {
      inputs: { x: { shape: ['n', 'm'] } },
      sizes: changing,
      build: ({ x }, graph) => add(x, range(graph, 'm')),
    },
    'a size that is a sum': {
      inputs: { a: { shape: ['n'] }, b: { shape: ['m'] } },
      sizes: changing,
      build: (_, graph) => range(graph, 'm+2*n'),
    },
  },
  add: binaryCases(add),
  subtract: binaryCases(subtract),
  multiply: binaryCases(multiply),
  divide: binaryCases(divide, [0.5, 2]),
  greater: Object.fromEntries(
    Object.entries(binaryCases((a, b) => where(greater(a, b), a, b))).concat([
      [
        'equal numbers',
        {
          inputs: { a: { shape: ['n', 4], of: (index) => index % 3 }, b: { shape: [4], of: () => 1 } },
          sizes: changing,
          build: ({ a, b }, graph) => where(greater(a, b), constant(graph, 1), constant(graph, 0)),
        },
      ],
    ]),
  ),
  negate: unaryCases(negate, [-2, 2]),
  exp: unaryCases(exp, [-3, 3], [-90, -20], [20, 60]),
  log: unaryCases(log, [0.01, 3], [1e-30, 1e-20], [1e10, 1e20]),
  sqrt: unaryCases(sqrt, [0, 4], [1e-20, 1e-10]),
  sigmoid: unaryCases(sigmoid, [-4, 4], [-80, -20], [20, 90]),
  tanh: unaryCases(tanh, [-2, 2], [-0.001, 0.001], [5, 40]),
  where: {
    'equal shapes': {
      inputs: { c: { shape: ['n', 'm'] }, a: { shape: ['n', 'm'] }, b: { shape: ['n', 'm'] } },
      sizes: changingAndEmpty,
      build: ({ c, a, b }, graph) => where(greater(c, constant(graph, 0)), a, b),
    },
    'the condition is broadcast': {
      inputs: { c: { shape: ['n', 1, 'm', 1] }, a: { shape: ['n', 2, 1, 3] }, b: { shape: ['n', 2, 'm', 3] } },
      sizes: changingAndEmpty,
      build: ({ c, a, b }, graph) => where(greater(c, constant(graph, 0)), a, b),
    },
    'the condition has more axes': {
      inputs: { c: { shape: ['n', 'm'] }, a: { shape: ['m'] }, b: { shape: [] } },
      sizes: changing,
      build: ({ c, a, b }, graph) => where(greater(c, constant(graph, 0)), a, b),
    },
    'a vector by a condition': {
      inputs: { c: { shape: ['n'] }, a: { shape: ['n'] } },
      sizes: changing,
      build: ({ c, a }, graph) => where(greater(c, constant(graph, 0)), a, constant(graph, 7)),
    },
  },
  reduceSum: {
    'the last axis': {
      inputs: { x: { shape: ['n', 'm'] } },
      sizes: changingAndEmpty,
      build: ({ x }) => reduceSum(x, [1]),
    },
    'the first axis': {
      inputs: { x: { shape: ['n', 'm'] } },
      sizes: changingAndEmpty,
      build: ({ x }) => reduceSum(x, [0]),
    },
    'a middle axis': {
      inputs: { x: { shape: ['n', 5, 'm'] } },
      sizes: changingAndEmpty,
      build: ({ x }) => reduceSum(x, [1]),
    },
    'axes apart': {
      inputs: { x: { shape: ['n', 2, 'm', 3] } },
      sizes: changing,
      build: ({ x }) => reduceSum(x, [0, 2]),
    },
    'all axes': { inputs: { x: { shape: ['n', 'm'] } }, sizes: changing, build: ({ x }) => reduceSum(x, [0, 1]) },
    'a vector': { inputs: { x: { shape: ['n'] } }, sizes: changingAndEmpty, build: ({ x }) => reduceSum(x, [0]) },
    'many numbers': {
      inputs: { x: { shape: ['n', 20000], range: [0, 1] } },
      sizes: [{ n: 2 }],
      build: ({ x }) => reduceSum(x, [1]),
    },
  },
  argMax: {
    'as an index': {
      inputs: { x: { shape: ['n', 'm'] } },
      sizes: changing,
      build: ({ x }) => gatherColumns(x, argMax(x)),
    },
    'the first of equals': {
      inputs: { x: { shape: ['n', 6], of: (index) => [0, 3, 1, 3, 3, 2][index % 6] } },
      sizes: changing,
      build: ({ x }) => oneHot(argMax(x), 6),
    },
  },
  reshape: {
    'sizes that are products': {
      inputs: { x: { shape: ['n', 'm', 4] } },
      sizes: changingAndEmpty,
      build: ({ x }) => reshape(x, ['m*n', 2, 2]),
    },
    'to rank 5 and back': {
      inputs: { x: { shape: ['n', 'm', 6] } },
      sizes: changing,
      build: ({ x }) => reshape(negate(reshape(x, ['n', 1, 'm', 2, 3])), ['m*n', 6]),
    },
    'to a scalar': { inputs: { x: { shape: [1, 1] } }, build: ({ x }) => reshape(x, []) },
    'of indices': {
      inputs: { table: { shape: [5, 2] }, rows: { shape: ['n', 'm'], below: 5 } },
      sizes: changing,
      build: ({ table, rows }) => gatherRows(table, reshape(rows, ['m*n'])),
    },
  },
  transpose: {
    matrix: { inputs: { x: { shape: ['n', 'm'] } }, sizes: changingAndEmpty, build: ({ x }) => transpose(x, [1, 0]) },
    'an order that is not its own inverse': {
      inputs: { x: { shape: ['n', 2, 'm'] } },
      sizes: changing,
      build: ({ x }) => transpose(x, [1, 2, 0]),
    },
    'heads before tokens': {
      inputs: { x: { shape: ['n', 'm', 2, 3, 4] } },
      sizes: changingAndEmpty,
      build: ({ x }) => transpose(x, [0, 2, 3, 1, 4]),
    },
    'tokens before heads': {
      inputs: { x: { shape: ['n', 2, 3, 'm', 4] } },
      sizes: changing,
      build: ({ x }) => transpose(x, [0, 3, 1, 2, 4]),
    },
    'axes of size 1': {
      inputs: { x: { shape: [2, 1, 'n', 1, 'm'] } },
      sizes: changing,
      build: ({ x }) => transpose(x, [4, 1, 2, 3, 0]),
    },
    'axes of size 1 that alone move': {
      inputs: { x: { shape: [1, 'n', 'm'] } },
      sizes: changing,
      build: ({ x }) => transpose(x, [1, 0, 2]),
    },
    'nothing moved': { inputs: { x: { shape: ['n', 'm'] } }, sizes: changing, build: ({ x }) => transpose(x, [0, 1]) },
  },
  broadcastTo: {
    'a scalar': {
      inputs: { x: { shape: [] }, like: { shape: ['n', 'm'] } },
      sizes: changing,
      build: ({ x }) => broadcastTo(x, ['n', 'm']),
    },
    'a column': {
      inputs: { x: { shape: ['n', 1] }, like: { shape: ['m'] } },
      sizes: changingAndEmpty,
      build: ({ x }) => broadcastTo(x, ['n', 'm']),
    },
    'missing axes and axes between': {
      inputs: { x: { shape: ['m', 1, 3] } },
      sizes: changing,
      build: ({ x }) => broadcastTo(x, [2, 'm', 4, 3]),
    },
    'an operand of the broadcast shape': {
      inputs: { x: { shape: ['n', 1] }, y: { shape: ['n', 'm'] } },
      sizes: changingAndEmpty,
      build: ({ x, y }) => multiply(broadcastTo(x, ['n', 'm']), y),
    },
    'an operand that is broadcast itself': {
      inputs: { x: { shape: ['n', 1] }, y: { shape: ['m'] } },
      sizes: changing,
      build: ({ x, y }) => subtract(y, broadcastTo(x, ['n', 'm'])),
    },
    'both operands': {
      inputs: { x: { shape: ['n', 1] }, y: { shape: [1, 'm'] } },
      sizes: changing,
      build: ({ x, y }) => divide(broadcastTo(x, ['n', 'm']), exp(broadcastTo(y, ['n', 'm']))),
    },
    'used twice, once as it is': {
      inputs: { x: { shape: ['n', 1] }, y: { shape: ['n', 'm'] } },
      sizes: changing,
      build: ({ x, y }) => {
        const wide = broadcastTo(x, ['n', 'm']);
        return { result: add(wide, y), wide };
      },
    },
  },
  slice: {
    rows: {
      inputs: { x: { shape: ['n+2', 'm'] }, like: { shape: ['n'] } },
      sizes: changingAndEmpty,
      build: ({ x }) => slice(x, 0, 1, 'n+1'),
    },
    columns: { inputs: { x: { shape: ['n', 6] } }, sizes: changingAndEmpty, build: ({ x }) => slice(x, 1, 2, 5) },
    'a middle axis of rank 5': {
      inputs: { x: { shape: ['n', 2, 5, 'm', 3] } },
      sizes: changing,
      build: ({ x }) => slice(x, 2, 1, 4),
    },
    'to size 1': { inputs: { x: { shape: ['n', 4, 'm'] } }, sizes: changing, build: ({ x }) => slice(x, 1, 3, 4) },
    'bounds that are symbols': {
      inputs: { x: { shape: [2, 'm+2*n'] }, a: { shape: ['n'] }, b: { shape: ['m'] } },
      sizes: changing,
      build: ({ x }) => slice(x, 1, 'm', 'm+n'),
    },
    'of indices': {
      inputs: { table: { shape: [5, 2] }, rows: { shape: ['n+1'], below: 5 }, like: { shape: ['n'] } },
      sizes: changing,
      build: ({ table, rows }) => gatherRows(table, slice(rows, 0, 0, 'n')),
    },
  },
  roll: {
    'the last axis by half': {
      inputs: { x: { shape: ['n', 2, 1, 'm', 8] } },
      sizes: changingAndEmpty,
      build: ({ x }) => roll(x, 4, 4),
    },
    'a shift that is not its own inverse': {
      inputs: { x: { shape: [5, 'm'] } },
      sizes: changing,
      build: ({ x }) => roll(x, 0, 2),
    },
    'a middle axis': { inputs: { x: { shape: ['n', 3, 'm'] } }, sizes: changing, build: ({ x }) => roll(x, 1, 1) },
  },
  pad: {
    rows: { inputs: { x: { shape: ['n', 'm'] } }, sizes: changingAndEmpty, build: ({ x }) => pad(x, 0, 1, 'n+3') },
    'an axis of size 1': {
      inputs: { x: { shape: ['n', 1, 'm'] } },
      sizes: changing,
      build: ({ x }) => pad(x, 1, 2, 4),
    },
    nothing: { inputs: { x: { shape: ['n', 'm'] } }, sizes: changing, build: ({ x }) => pad(x, 1, 0, 'm') },
    'bounds that are symbols': {
      inputs: { x: { shape: ['m', 'n', 2] } },
      sizes: changing,
      build: ({ x }) => pad(x, 1, 'm', 'm+2*n'),
    },
  },
  concat: {
    rows: {
      inputs: { a: { shape: ['n', 'm'] }, b: { shape: [2, 'm'] } },
      sizes: changingAndEmpty,
      build: ({ a, b }) => concat([a, b], 0),
    },
    'columns of three': {
      inputs: { a: { shape: ['n', 1] }, b: { shape: ['n', 'm'] }, c: { shape: ['n', 2] } },
      sizes: changingAndEmpty,
      build: ({ a, b, c }) => concat([a, b, c], 1),
    },
    'a middle axis of rank 4, one value twice': {
      inputs: { a: { shape: ['n', 2, 'm', 3] }, b: { shape: ['n', 2, 1, 3] } },
      sizes: changing,
      build: ({ a, b }) => concat([a, b, a], 2),
    },
    'of indices': {
      inputs: { table: { shape: [5, 2] }, a: { shape: ['n'], below: 5 }, b: { shape: ['m'], below: 5 } },
      sizes: changing,
      build: ({ table, a, b }) => gatherRows(table, concat([a, b], 0)),
    },
  },
  matmul: matmulCases(),
  softmax: lastAxisCases(softmax),
  logSoftmax: lastAxisCases(logSoftmax),
  gatherRows: {
    'rows that come twice': {
      inputs: { table: { shape: [4, 'm'] }, rows: { shape: ['n'], below: 4, of: (index) => [3, 1, 3, 0][index % 4] } },
      sizes: changingAndEmpty,
      build: ({ table, rows }) => gatherRows(table, rows),
    },
    'rank 4': {
      inputs: { table: { shape: ['m', 2, 3, 2] }, rows: { shape: ['n'], below: 'm' } },
      sizes: changing,
      build: ({ table, rows }) => gatherRows(table, rows),
    },
    'of a vector': {
      inputs: { table: { shape: ['m'] }, rows: { shape: ['n'], below: 'm' } },
      sizes: changing,
      build: ({ table, rows }) => gatherRows(table, rows),
    },
    'of many': {
      inputs: { table: { shape: [3000, 12] }, rows: { shape: ['n'], below: 3000 } },
      sizes: [{ n: 700 }, { n: 1 }],
      build: ({ table, rows }) => gatherRows(table, rows),
    },
  },
  scatterAddRows: {
    'rows that come twice count twice': {
      inputs: {
        updates: { shape: ['n', 'm'] },
        rows: { shape: ['n'], below: 5, of: (index) => [3, 1, 3, 3][index % 4] },
      },
      sizes: changingAndEmpty,
      build: ({ updates, rows }) => scatterAddRows(updates, rows, 5),
    },
    'rank 3': {
      inputs: { updates: { shape: ['n', 2, 'm'] }, rows: { shape: ['n'], below: 3 } },
      sizes: changing,
      build: ({ updates, rows }) => scatterAddRows(updates, rows, 3),
    },
    'few rows into many, all to one': {
      inputs: { updates: { shape: ['n', 7] }, rows: { shape: ['n'], below: 2500, of: () => 2499 } },
      sizes: [{ n: 400 }, { n: 3 }],
      build: ({ updates, rows }) => scatterAddRows(updates, rows, 2500),
    },
    'added to a sum': {
      inputs: { updates: { shape: ['n', 3] }, rows: { shape: ['n'], below: 4 }, sum: { shape: [4, 3] } },
      sizes: changing,
      build: ({ updates, rows, sum }) => add(sum, scatterAddRows(updates, rows, 4)),
    },
  },
  gatherColumns: {
    'one of each row': {
      inputs: { x: { shape: ['n', 'm'] }, columns: { shape: ['n'], below: 'm' } },
      sizes: changingAndEmpty,
      build: ({ x, columns }) => gatherColumns(x, columns),
    },
    'of a large vocabulary': {
      inputs: { x: { shape: ['n', 50257] }, columns: { shape: ['n'], below: 50257 } },
      sizes: [{ n: 3 }],
      build: ({ x, columns }) => gatherColumns(x, columns),
    },
  },
  oneHot: {
    'fixed columns': {
      inputs: { columns: { shape: ['n'], below: 5 } },
      sizes: changing,
      build: ({ columns }) => oneHot(columns, 5),
    },
    'columns that are a symbol': {
      inputs: { x: { shape: ['n', 'm'] }, columns: { shape: ['n'], below: 'm' } },
      sizes: changingAndEmpty,
      build: ({ x, columns }) => subtract(x, oneHot(columns, 'm')),
    },
  },
  topValues: {
    'three of seven': { inputs: { x: { shape: ['n', 7] } }, sizes: changing, build: ({ x }) => topValues(x, 3) },
    'all, with equals': {
      inputs: { x: { shape: ['n', 2, 4], of: (index) => [2, 5, 5, -1][index % 4] } },
      sizes: changing,
      build: ({ x }) => topValues(x, 4),
    },
    'of a large vocabulary': {
      inputs: { x: { shape: ['n', 32000] } },
      sizes: [{ n: 2 }],
      build: ({ x }) => topValues(x, 20),
    },
  },
};

import {
  add,
  constant,
  divide,
  gatherColumns,
  gatherRows,
  gradientOf,
  logSoftmax,
  matmul,
  multiply,
  negate,
  reduceSum,
  reshape,
  sigmoid,
  softmax,
  sqrt,
  type Tensor,
  transpose,
} from '@profit-sft/graph';
import type { ProgramCase } from './program-case.js';

/** x / √(mean x² + ε) of each row. */
function normalised(x: Tensor, width: number): Tensor {
  const squares = reduceSum(multiply(x, x), [1]);
  return divide(x, sqrt(add(multiply(squares, constant(x.graph, 1 / width)), constant(x.graph, 1e-5))));
}

/**
 * A language model of one layer with its gradients, as `differentiate` makes them: what operations do together, values that several
 * others read, and outputs that are read on.
 */
export const trainingProgram: ProgramCase = {
  inputs: {
    table: { shape: [11, 8] },
    tokens: { shape: ['t'], below: 11 },
    targets: { shape: ['t'], below: 11 },
    weights: { shape: ['t'], range: [0, 1] },
    query: { shape: [8, 8] },
    key: { shape: [8, 8] },
    gate: { shape: [12, 8] },
    down: { shape: [8, 12] },
    gradientOfDown: { shape: [8, 12] },
    mask: { shape: ['t', 't'], of: (index) => (index % 2 === 0 ? 0 : -1e30) },
  },
  sizes: [{ t: 6 }, { t: 1 }, { t: 9 }],
  build({ table, tokens, targets, weights, query, key, gate, down, gradientOfDown, mask }) {
    const embedded = gatherRows(table, tokens);
    const normed = normalised(embedded, 8);
    const heads = (x: Tensor): Tensor => transpose(reshape(x, ['t', 2, 4]), [1, 0, 2]);
    const queries = heads(matmul(normed, query, { transposeB: true }));
    const keys = heads(matmul(normed, key, { transposeB: true }));
    const scores = add(matmul(queries, keys, { transposeB: true, scale: 0.5 }), mask);
    const mixed = reshape(transpose(matmul(softmax(scores), keys), [1, 0, 2]), ['t', 8]);
    const hidden = add(embedded, mixed);
    const gated = matmul(normalised(hidden, 8), gate, { transposeB: true });
    const out = add(hidden, matmul(multiply(gated, sigmoid(gated)), down, { transposeB: true }));
    const logProb = gatherColumns(logSoftmax(matmul(out, table, { transposeB: true })), targets);
    const loss = negate(reduceSum(multiply(logProb, weights), [0]));
    const [ofTable, ofQuery, ofKey, ofGate, ofDown] = gradientOf(loss, [table, query, key, gate, down]);
    return { loss, logProb, ofTable, ofQuery, ofKey, ofGate, sumOfDown: add(gradientOfDown, ofDown), same: embedded };
  },
};

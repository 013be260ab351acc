export * from './dimension/dimension.js';
export * from './program/program.js';
export { Graph, Tensor } from './program/graph.js';
export { constant, range } from './operations/constant.js';
export {
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
} from './operations/elementwise.js';
export { gatherColumns, gatherRows, oneHot, scatterAddRows } from './operations/gather.js';
export { matmul, type MatmulOptions } from './operations/matmul.js';
export { argMax, reduceSum } from './operations/reduce.js';
export { topValues } from './operations/top-values.js';
export { broadcastTo, concat, pad, reshape, roll, slice, transpose } from './operations/reshape.js';
export { logSoftmax, softmax } from './operations/softmax.js';
export { allOperations } from './operations/all-operations.js';
export { differentiate, gradientOf } from './differentiate/differentiate.js';
export type { ReferenceArray } from './reference/reference-array.js';
export { referenceArray, runReference } from './reference/reference-runtime.js';

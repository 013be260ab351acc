import { engine, getKernel, type Tensor } from '@tensorflow/tfjs-core';
import type { Dimension, MatmulOptions, ProgramNode } from '@profit-sft/graph';
import { filled, reshaped, runKernel, runKernelForAll, tensorOf } from './kernels.js';
import { matrixProduct } from './matrix-product.js';
import type { ProgramSizes } from './program-sizes.js';
import { transposed } from './transposed.js';

/** An operation whose sizes are known. */
interface Lowered {
  /** Of the result. */
  readonly shape: readonly number[];
  readonly attributes: ProgramNode['attributes'];
  readonly type: ProgramNode['type'];
  readonly sizes: ProgramSizes;
}

type Lowering = (operands: readonly Tensor[], node: Lowered) => Tensor;

const binary =
  (kernel: string): Lowering =>
  ([a, b], { shape }) => {
    // `cpu` takes some ten times as long where it broadcasts as where shapes are equal.
    if (engine().backendName !== 'cpu' || a.shape.join() === b.shape.join()) return runKernel(kernel, { a, b });
    const full = [broadcast(a, shape), broadcast(b, shape)];
    return using(full, () => runKernel(kernel, { a: full[0], b: full[1] }));
  };

const unary =
  (kernel: string): Lowering =>
  ([x]) =>
    runKernel(kernel, { x });

/** Uses temporary tensors and disposes of them, also when the use fails. */
function using<T>(temporaries: readonly Tensor[], use: () => T): T {
  try {
    return use();
  } finally {
    for (const tensor of temporaries) tensor.dispose();
  }
}

function has(kernel: string): boolean {
  return getKernel(kernel, engine().backendName) !== undefined;
}

function broadcast(x: Tensor, shape: readonly number[]): Tensor {
  if (x.shape.join() === shape.join()) return reshaped(x, shape);
  if (has('BroadcastTo')) return runKernel('BroadcastTo', { x }, { shape: [...shape], inputShape: x.shape });
  const full = reshaped(x, [...new Array<number>(shape.length - x.rank).fill(1), ...x.shape]);
  const reps = shape.map((size, axis) => size / full.shape[axis]);
  return using([full], () => runKernel('Tile', { x: full }, { reps }));
}

function composedLogSoftmax(x: Tensor): Tensor {
  const axis = x.rank - 1;
  const temporaries: Tensor[] = [];
  const keep = (tensor: Tensor): Tensor => {
    temporaries.push(tensor);
    return tensor;
  };
  return using(temporaries, () => {
    const max = keep(runKernel('Max', { x }, { reductionIndices: [axis], keepDims: true }));
    const below = keep(runKernel('Sub', { a: x, b: max }));
    const powers = keep(runKernel('Exp', { x: below }));
    const sum = keep(runKernel('Sum', { x: powers }, { axis: [axis], keepDims: true }));
    return runKernel('Sub', { a: below, b: keep(runKernel('Log', { x: sum })) });
  });
}

/** Elements `start` to `end` of one axis: columns of a matrix, which is where kernels for any rank are slow. */
function sliced(x: Tensor, axis: number, start: number, end: number): Tensor {
  const outer = x.shape.slice(0, axis).reduce((product, size) => product * size, 1);
  const inner = x.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const matrix = reshaped(x, [outer, x.shape[axis] * inner]);
  const columns = using([matrix], () =>
    runKernel('Slice', { x: matrix }, { begin: [0, start * inner], size: [outer, (end - start) * inner] }),
  );
  return using([columns], () =>
    reshaped(
      columns,
      x.shape.map((size, i) => (i === axis ? end - start : size)),
    ),
  );
}

function concatenated(parts: readonly Tensor[], axis: number): Tensor {
  if (parts.length === 1) return reshaped(parts[0], parts[0].shape);
  return runKernel('Concat', parts, { axis });
}

/** Rows of `table` [n, …] at `indices` [m]. `GatherNd` copies whole rows; `GatherV2` goes element by element on some backends. */
export function gatheredRows(table: Tensor, indices: Tensor): Tensor {
  const column = reshaped(indices, [indices.size, 1]);
  return using([column], () => runKernel('GatherNd', { params: table, indices: column }));
}

/** Sums of the rows of `updates` at `indices` of a table of zeros. */
function scattered(updates: Tensor, indices: Tensor, shape: readonly number[]): Tensor {
  // The one of `cpu` passes over all rows for each segment, and the segments are a whole vocabulary.
  if (engine().backendName !== 'cpu') {
    return runKernel('UnsortedSegmentSum', { x: updates, segmentIds: indices }, { numSegments: shape[0] });
  }
  const column = reshaped(indices, [indices.size, 1]);
  return using([column], () => runKernel('ScatterNd', { indices: column, updates }, { shape: [...shape] }));
}

/** Where element `columns[row]` of each row of a matrix lies among all its elements. */
function placesOf(columns: Tensor, width: number): Tensor {
  const starts = tensorOf(
    Int32Array.from({ length: columns.size }, (_, row) => row * width),
    columns.shape,
  );
  return using([starts], () => runKernel('Add', { a: columns, b: starts }));
}

const lowerings: Readonly<Record<string, Lowering>> = {
  constant: (_, { attributes }) => tensorOf(Float32Array.of(attributes.value as number), []),
  range: (_, { shape }) =>
    tensorOf(
      Float32Array.from({ length: shape[0] }, (_value, place) => place),
      shape,
    ),
  add: binary('Add'),
  subtract: binary('Sub'),
  multiply: binary('Multiply'),
  divide: binary('RealDiv'),
  greater: binary('Greater'),
  negate: unary('Neg'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  sigmoid: unary('Sigmoid'),
  tanh: unary('Tanh'),
  where(operands, { shape }) {
    // `Select` takes operands of one shape, and on WebGPU of four axes at most: all of them are laid out along one.
    const full = operands.map((operand) => broadcast(operand, shape));
    const [condition, t, e] = using(full, () => full.map((operand) => reshaped(operand, [operand.size])));
    const chosen = using([condition, t, e], () => runKernel('Select', { condition, t, e }));
    return using([chosen], () => reshaped(chosen, shape));
  },
  reduceSum: ([x], { attributes }) => runKernel('Sum', { x }, { axis: attributes.axes, keepDims: true }),
  argMax: ([x]) => runKernel('ArgMax', { x }, { axis: x.rank - 1 }),
  topValues([x], { attributes }) {
    const [values, indices] = runKernelForAll('TopK', { x }, { k: attributes.count, sorted: true });
    indices.dispose();
    return values;
  },
  reshape: ([x], { shape }) => reshaped(x, shape),
  transpose: ([x], { attributes }) => transposed(x, attributes.order as number[]),
  broadcastTo: ([x], { shape }) => broadcast(x, shape),
  slice([x], { attributes, sizes }) {
    const { axis, start, end } = attributes as { axis: number; start: Dimension; end: Dimension };
    return sliced(x, axis, checkedSize(sizes.of(start), x.shape[axis]), checkedSize(sizes.of(end), x.shape[axis]));
  },
  roll([x], { attributes }) {
    const { axis, shift } = attributes as { axis: number; shift: number };
    const size = x.shape[axis];
    const parts = [sliced(x, axis, size - shift, size), sliced(x, axis, 0, size - shift)];
    return using(parts, () => concatenated(parts, axis));
  },
  pad([x], { attributes, shape, sizes }) {
    const { axis, start } = attributes as { axis: number; start: Dimension };
    const before = checkedSize(sizes.of(start), shape[axis] - x.shape[axis]);
    const paddings = x.shape.map((length, i) => (i === axis ? [before, shape[i] - before - length] : [0, 0]));
    return runKernel('PadV2', { x }, { paddings, constantValue: 0 });
  },
  concat: (parts, { attributes }) => concatenated(parts, attributes.axis as number),
  matmul: ([a, b], { attributes }) => matrixProduct(a, b, attributes as Required<MatmulOptions>),
  softmax: ([logits]) => runKernel('Softmax', { logits }, { dim: logits.rank - 1 }),
  logSoftmax: ([logits]) =>
    has('LogSoftmax') ? runKernel('LogSoftmax', { logits }, { axis: logits.rank - 1 }) : composedLogSoftmax(logits),
  gatherRows: ([table, indices]) => gatheredRows(table, indices),
  gatherColumns([x, columns]) {
    const flat = reshaped(x, [x.size]);
    const places = placesOf(columns, x.shape[x.rank - 1]);
    return using([flat, places], () => gatheredRows(flat, places));
  },
  scatterAddRows: ([updates, indices], { shape }) => scattered(updates, indices, shape),
  oneHot([columns], { shape }) {
    // `OneHot` of `wasm` writes floats as if they were ints.
    const places = placesOf(columns, shape[1]);
    const ones = filled(columns.shape, 1);
    const flat = using([places, ones], () => scattered(ones, places, [shape[0] * shape[1]]));
    return using([flat], () => reshaped(flat, shape));
  },
};

function checkedSize(size: number, most: number): number {
  if (size < 0 || size > most) throw new Error(`${size} is outside an axis of size ${most}`);
  return size;
}

const dtypes = { float: 'float32', int: 'int32', bool: 'bool' } as const;

/** Sums over nothing. Kernels differ in what they make of operands without elements. */
const sums = new Set(['matmul', 'reduceSum', 'scatterAddRows', 'pad']);

/** The result of one operation as a new tensor. */
export function lowerNode(node: ProgramNode, operands: readonly Tensor[], sizes: ProgramSizes): Tensor {
  const { operation, attributes, type } = node;
  const shape = node.shape.map((dimension) => sizes.of(dimension));
  if (shape.includes(0)) return runKernel('Fill', {}, { shape, value: 0, dtype: dtypes[type] });
  if (sums.has(operation) && operands.some(({ size }) => size === 0)) return filled(shape, 0);
  const filledOperands = operation === 'concat' ? operands.filter(({ size }) => size > 0) : operands;
  const lowering = lowerings[operation];
  if (lowering === undefined) throw new Error(`operation "${operation}" has no TensorFlow.js form`);
  return lowering(filledOperands, { shape, attributes, type, sizes });
}

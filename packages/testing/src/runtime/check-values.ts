import { floatTensor, intTensor, type Runtime, type Value } from '@profit-sft/engine';
import { add, Graph, multiply, type Program } from '@profit-sft/graph';
import { ConformanceError } from '../problem.js';
import { compareRun } from './check-operations.js';
import { compareNumbers, compareShapes } from './compare-numbers.js';
import { caseInputs, caseProgram } from './program-case.js';
import { freeAll, placed, type OpenRuntime } from './runtime-subject.js';
import { trainingProgram } from './training-program.js';

type Open<V extends Value> = OpenRuntime<V, Runtime<V>>;

export async function compareValue<V extends Value>(
  { name, read, tolerance }: Open<V>,
  what: string,
  value: V,
  shape: readonly number[],
  data: ArrayLike<number>,
): Promise<void> {
  compareShapes(name, what, value.dims, shape);
  compareNumbers(name, what, await read(value), data, tolerance);
}

/** `x` [rows, columns], `sum` → `newSum` = sum + x · x, and `twice` = 2x */
export function sumProgram(): Program {
  const graph = new Graph();
  const x = graph.input('float', ['rows', 'columns']);
  const sum = graph.input('float', ['rows', 'columns']);
  return graph.program('sum', { x, sum }, { newSum: add(sum, multiply(x, x)), twice: add(x, x) });
}

/** A whole language model's forward and backward pass as one program. */
export async function checkTrainingProgram<V extends Value>(open: Open<V>): Promise<void> {
  const program = caseProgram('training', trainingProgram);
  const compiled = await open.runtime.compile(program);
  for (const sizes of trainingProgram.sizes ?? []) {
    await compareRun(open, program, compiled, caseInputs('training', trainingProgram, sizes));
  }
  await compiled.release();
}

/** An output may take the place of an input of the same run: that is how gradients add up. */
export async function checkSumsInPlace<V extends Value>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const compiled = await runtime.compile(sumProgram());
  const x = runtime.place(floatTensor(Float32Array.of(1, 2, 3, 4, 5, 6), [2, 3]));
  const sum = runtime.place(floatTensor(Float32Array.of(10, 20, 30, 40, 50, 60), [2, 3]));
  const made = [];
  for (let i = 0; i < 3; i++) {
    const outputs = await compiled.run({ x, sum }, { newSum: sum });
    made.push(outputs.twice);
  }
  await compareValue(
    open,
    'a sum in the place of its input, after three runs',
    sum,
    [2, 3],
    [13, 32, 57, 88, 125, 168],
  );
  await compareValue(open, 'an input that another output does not overwrite', x, [2, 3], [1, 2, 3, 4, 5, 6]);
  for (const twice of made) await compareValue(open, 'a new output', twice, [2, 3], [2, 4, 6, 8, 10, 12]);
  freeAll(runtime, { x, sum }, Object.fromEntries(made.map((value, i) => [`made ${i}`, value])));
  await compiled.release();
}

/** An input may be an output, and one value several outputs: each is a value of its own. */
export async function checkSharedOutputs<V extends Value>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const graph = new Graph();
  const x = graph.input('float', ['n']);
  const square = multiply(x, x);
  const compiled = await runtime.compile(graph.program('shared', { x }, { same: x, square, again: square }));
  const inputs = placed(runtime, { x: floatTensor(Float32Array.of(3, -2), [2]) });
  const { same, square: first, again } = await compiled.run(inputs);
  runtime.free(first);
  runtime.free(inputs.x);
  await compareValue(open, 'an input that is an output, after the input was freed', same, [2], [3, -2]);
  await compareValue(open, 'one of two equal outputs, after the other was freed', again, [2], [9, 4]);
  freeAll(runtime, { same, again });
  await compiled.release();
}

/** A buffer is memory for one value at a time, of any shape. */
export async function checkBuffer<V extends Value>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const compiled = await runtime.compile(sumProgram());
  const buffer = runtime.buffer();
  for (const [rows, columns] of [
    [2, 3],
    [5, 4],
    [1, 2],
    [2, 3],
  ]) {
    const size = rows * columns;
    const data = Float32Array.from({ length: size }, (_, i) => i - 2);
    const inputs = placed(runtime, {
      x: floatTensor(data, [rows, columns]),
      sum: floatTensor(new Float32Array(size).fill(1), [rows, columns]),
    });
    const target = buffer.tensor([rows, columns]);
    compareShapes(open.name, 'a buffer’s value', target.dims, [rows, columns]);
    const { twice } = await compiled.run(inputs, { newSum: target });
    await compareValue(
      open,
      'a buffer that a program wrote to',
      target,
      [rows, columns],
      data.map((v) => v * v + 1),
    );
    // A state is written once and read by the programs that follow.
    const read = await compiled.run({ ...inputs, sum: buffer.tensor([rows, columns]) });
    await compareValue(
      open,
      'a buffer that a program reads',
      read.newSum,
      [rows, columns],
      data.map((v) => 2 * v * v + 1),
    );
    freeAll(runtime, inputs, { twice }, read);
  }
  buffer.release();
  await compiled.release();
}

/** A placed value may be taken by many programs. */
export async function checkPlacedValues<V extends Value>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const compiled = await runtime.compile(sumProgram());
  const other = await runtime.compile(sumProgram());
  const inputs = placed(runtime, {
    x: floatTensor(Float32Array.of(0.5, -1), [1, 2]),
    sum: floatTensor(Float32Array.of(1, 2), [1, 2]),
  });
  for (const program of [compiled, other, compiled]) {
    const outputs = await program.run(inputs);
    await compareValue(open, 'a program’s result on placed values', outputs.newSum, [1, 2], [1.25, 3]);
    freeAll(runtime, outputs);
  }
  freeAll(runtime, inputs);
  await compiled.release();
  await other.release();
}

/** Chosen rows of a matrix, also twice and none, are a value of their own. */
export async function checkMatrixRows<V extends Value>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const matrix = runtime.place(floatTensor(Float32Array.of(0, 1, 10, 11, 20, 21), [3, 2]));
  const chosen = await runtime.rows(matrix, Int32Array.of(2, 0, 2));
  const all = await runtime.rows(matrix, Int32Array.of(0, 1, 2));
  const none = await runtime.rows(matrix, new Int32Array(0));
  runtime.free(matrix);
  await compareValue(open, 'chosen rows', chosen, [3, 2], [20, 21, 0, 1, 20, 21]);
  await compareValue(open, 'all rows, after the matrix was freed', all, [3, 2], [0, 1, 10, 11, 20, 21]);
  await compareValue(open, 'no rows', none, [0, 2], []);
  freeAll(runtime, { chosen, all, none });
}

/** Indices of the host as inputs, with which every batch comes. */
export async function checkIntegerInputs<V extends Value>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const program = caseProgram('training', trainingProgram);
  const compiled = await runtime.compile(program);
  const inputs = caseInputs('training', trainingProgram, { t: 4 });
  const shifted = { ...inputs, tokens: intTensor(Int32Array.of(10, 0, 10, 5), [4]) };
  await compareRun(open, program, compiled, inputs);
  await compareRun(open, program, compiled, shifted);
  await compiled.release();
}

/** What a workload makes and frees leaves nothing behind, however often it is repeated. */
export async function checkLeaks<V extends Value>(open: Open<V>): Promise<void> {
  const before = open.liveValues();
  if (before === undefined) throw new ConformanceError(open.name, 'gives no count of live values');
  const counts: (number | undefined)[] = [];
  for (let i = 0; i < 3; i++) {
    await checkTrainingProgram(open);
    await checkSumsInPlace(open);
    await checkSharedOutputs(open);
    await checkBuffer(open);
    await checkMatrixRows(open);
    counts.push(open.liveValues());
  }
  if (counts.every((count) => count === before)) return;
  throw new ConformanceError(
    open.name,
    `holds ${before} values before a workload that frees all it makes, and ${counts.join(', ')} after it and its repeats`,
  );
}

import { floatTensor, intTensor, type DeviceRuntime, type DeviceValue } from '@profit-sft/engine';
import { add, gatherRows, Graph, matmul, type Program } from '@profit-sft/graph';
import { ConformanceError } from '../problem.js';
import { compareNumbers } from './compare-numbers.js';
import { compareValue, sumProgram } from './check-values.js';
import { freeAll, type OpenRuntime } from './runtime-subject.js';

type Open<V extends DeviceValue> = OpenRuntime<V, DeviceRuntime<V>>;

function expectZero<V extends DeviceValue>({ name }: Open<V>, what: string, value: V, expected: boolean): void {
  if (value.isZero === expected) return;
  throw new ConformanceError(name, `${what} ${expected ? 'does not say' : 'says'} that it stands for zeros`);
}

/** Numbers go up and come down as they are, into a new value or one that is there. */
export async function checkTransfers<V extends DeviceValue>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  for (const shape of [[5], [2, 3], [2, 1, 3], [2, 1, 2, 3]]) {
    const size = shape.reduce((product, length) => product * length, 1);
    const data = Float32Array.from({ length: size }, (_, i) => Math.fround(0.1 * i - 0.3));
    const kept = data.slice();
    const value = await runtime.upload(data, shape);
    // The array is the caller's again.
    data.fill(-7);
    await compareValue(open, 'what was sent up', value, shape, kept);
    expectZero(open, 'a value that was sent up', value, false);
    const down = await runtime.download(value);
    if (!(down instanceof Float32Array)) throw new ConformanceError(open.name, 'download gives no Float32Array');
    down.fill(9);
    await compareValue(open, 'a value whose numbers were read before and changed', value, shape, kept);
    const same = await runtime.upload(
      kept.map((number) => -number),
      shape,
      value,
    );
    if (same !== value) throw new ConformanceError(open.name, 'upload into a value gives another value');
    await compareValue(
      open,
      'what was sent up in place of it',
      value,
      shape,
      kept.map((number) => -number),
    );
    runtime.free(value);
  }
}

/** An empty value stands for zeros: to be read by programs, to be written to, to be downloaded, and again when it is freed. */
export async function checkZeros<V extends DeviceValue>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  for (const shape of [[3], [2, 3], [2, 1, 2, 3]]) {
    const size = shape.reduce((product, length) => product * length, 1);
    const value = runtime.empty(shape);
    expectZero(open, 'an empty value', value, true);
    await compareValue(open, 'an empty value', value, shape, new Float32Array(size));
    const graph = new Graph();
    const axes = shape.map((_, axis) => `d${axis}`);
    const [a, b] = [graph.input('float', axes), graph.input('float', axes)];
    const program = await runtime.compile(graph.program('sum of two', { a, b }, { sum: add(a, b) }));
    const ones = runtime.pass(floatTensor(new Float32Array(size).fill(1), shape));
    for (const expected of [1, 2]) {
      await program.run({ a: value, b: ones }, { sum: value });
      await compareValue(open, 'a sum that started empty', value, shape, new Float32Array(size).fill(expected));
      expectZero(open, 'a value that a program wrote to', value, false);
    }
    runtime.free(value);
    expectZero(open, 'a value that was freed', value, true);
    await compareValue(open, 'a value that was freed', value, shape, new Float32Array(size));
    await program.release();
  }
}

/** `table` [rows, columns], `at` [n], `by` [columns, 2] → `product` = table[at] · by, and `chosen` = table[at] */
function chosenProgram(): Program {
  const graph = new Graph();
  const table = graph.input('float', ['rows', 'columns']);
  const at = graph.input('int', ['n']);
  const by = graph.input('float', ['columns', 2]);
  const chosen = gatherRows(table, at);
  return graph.program('chosen', { table, at, by }, { product: matmul(chosen, by), chosen });
}

/** Passed values are taken by one program, and named outputs come to the host with the run. */
export async function checkRunForHost<V extends DeviceValue>(open: Open<V>): Promise<void> {
  const { name, runtime, tolerance } = open;
  const program = await runtime.compile(chosenProgram(), ['product']);
  const table = await runtime.upload(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]);
  const by = runtime.place(floatTensor(Float32Array.of(1, 0, 1, -1), [2, 2]));
  for (const [at, product, chosen] of [
    [
      [2, 0],
      [11, -6, 3, -2],
      [5, 6, 1, 2],
    ],
    [[1], [7, -4], [3, 4]],
  ]) {
    const indices = runtime.pass(intTensor(Int32Array.from(at), [at.length]));
    const { values, host } = await program.runForHost({ table, at: indices, by });
    if (Object.keys(host).join() !== 'product' || Object.keys(values).join() !== 'chosen') {
      throw new ConformanceError(
        name,
        `runForHost of a program compiled with toHost ["product"] gives ${Object.keys(host).join()} on the host and ${Object.keys(values).join()} as values`,
      );
    }
    compareNumbers(name, 'a result on the host', host.product, product, tolerance);
    await compareValue(open, 'a result that stays on the device', values.chosen, [at.length, 2], chosen);
    runtime.free(values.chosen);
  }
  freeAll(runtime, { table, by });
  await program.release();
}

/** Two values one behind the other along any axis are a new value. */
export async function checkJoin<V extends DeviceValue>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const first = await runtime.upload(Float32Array.of(1, 2, 3, 4), [2, 1, 2]);
  const second = await runtime.upload(Float32Array.of(5, 6, 7, 8), [2, 1, 2]);
  for (const [axis, shape, data] of [
    [0, [4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8]],
    [1, [2, 2, 2], [1, 2, 5, 6, 3, 4, 7, 8]],
    [2, [2, 1, 4], [1, 2, 5, 6, 3, 4, 7, 8]],
  ] as const) {
    const joined = await runtime.join(first, second, axis);
    await compareValue(open, `values joined along axis ${axis}`, joined, shape, data);
    runtime.free(joined);
  }
  const passed = runtime.pass(floatTensor(Float32Array.of(9, 9), [1, 1, 2]));
  const joined = await runtime.join(first, passed, 0);
  await compareValue(open, 'a value joined with a passed one', joined, [3, 1, 2], [1, 2, 3, 4, 9, 9]);
  freeAll(runtime, { first, second, joined });
}

/** Rows of a value of more than two axes: the key/value cache's sequences. */
export async function checkRowsOfAnyRank<V extends DeviceValue>(open: Open<V>): Promise<void> {
  const { runtime } = open;
  const table = await runtime.upload(
    Float32Array.from({ length: 12 }, (_, i) => i),
    [3, 1, 2, 2],
  );
  const rows = await runtime.rows(table, Int32Array.of(2, 0));
  await compareValue(open, 'rows of a value of rank 4', rows, [2, 1, 2, 2], [8, 9, 10, 11, 0, 1, 2, 3]);
  freeAll(runtime, { table, rows });
}

/** What a device's values take is given back: by `free`, when they are overwritten, and by `release`. */
export async function checkDeviceLeaks<V extends DeviceValue>(open: Open<V>): Promise<void> {
  const { name, runtime } = open;
  const before = open.liveValues();
  if (before === undefined) throw new ConformanceError(name, 'gives no count of live values');
  for (let i = 0; i < 3; i++) {
    await checkTransfers(open);
    await checkZeros(open);
    await checkRunForHost(open);
    await checkJoin(open);
    await checkRowsOfAnyRank(open);
    if (open.liveValues() !== before) {
      throw new ConformanceError(
        name,
        `holds ${before} values before a workload that frees all it makes, and ${open.liveValues()} after it`,
      );
    }
  }
  const untouched = runtime.empty([4, 4]);
  if (open.liveValues() !== before) throw new ConformanceError(name, 'takes memory for an empty value');
  await runtime.upload(new Float32Array(16), [4, 4], untouched);
  const program = await runtime.compile(sumProgram());
  const held = await program.run({ x: untouched, sum: untouched });
  if (open.liveValues() === before) throw new ConformanceError(name, 'does not count values that are held');
  await runtime.release();
  if (open.liveValues() !== before) {
    throw new ConformanceError(
      name,
      `holds ${open.liveValues()} values after release, of ${Object.keys(held).length + 1} that nobody freed`,
    );
  }
}

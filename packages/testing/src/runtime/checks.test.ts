import type { DeviceProgram, DeviceRuntime, DeviceValue, HostTensor } from '@profit-sft/engine';
import { allOperations, runReference, type Program } from '@profit-sft/graph';
import { describe, expect, test } from 'vitest';
import { ArrayRuntime } from '../testing-runtimes/array-runtime.js';
import { describeRuntime } from '../testing-suites/describe-runtime.js';
import {
  checkDeviceLeaks,
  checkJoin,
  checkRowsOfAnyRank,
  checkRunForHost,
  checkTransfers,
  checkZeros,
} from './check-device-values.js';
import { checkEveryOperationHasCases, checkOperation } from './check-operations.js';
import {
  checkBuffer,
  checkIntegerInputs,
  checkLeaks,
  checkMatrixRows,
  checkPlacedValues,
  checkSharedOutputs,
  checkSumsInPlace,
  checkTrainingProgram,
} from './check-values.js';
import { operationCases } from './operation-cases.js';
import { withDeviceRuntime, type OpenRuntime } from './runtime-subject.js';

describeRuntime({
  name: 'the reference as a runtime',
  open: () => new ArrayRuntime(),
  liveValues: ({ held }) => held.size,
});

type Value = ReturnType<ArrayRuntime['empty']>;
type Check = (open: OpenRuntime<Value, DeviceRuntime<Value>>) => Promise<void>;

/** Runs a check on a runtime with one fault. */
function checked(fault: (runtime: ArrayRuntime) => Partial<ArrayRuntime>, check: Check): Promise<void> {
  const open = (): ArrayRuntime => {
    const runtime = new ArrayRuntime();
    return Object.assign(runtime, fault(runtime));
  };
  return withDeviceRuntime<Value, ArrayRuntime, void>(
    { name: 'faulty', open, liveValues: ({ held }) => held.size },
    check,
  );
}

/** A fault in one operation, wherever it comes in a program: its results are those of a changed `evaluate`. */
function faultyOperation(name: string, change: (data: Float64Array) => Float64Array): () => Partial<ArrayRuntime> {
  return () => ({
    computed(program: Program, inputs: Parameters<typeof runReference>[1]) {
      const operation = allOperations.get(name);
      if (operation === undefined) throw new Error(`no operation "${name}"`);
      const evaluate = operation.evaluate;
      const changeable = operation as { evaluate: typeof evaluate };
      changeable.evaluate = (...given) => change(evaluate(...given).slice());
      try {
        return runReference(program, inputs);
      } finally {
        changeable.evaluate = evaluate;
      }
    },
  });
}

test('every operation has cases, and every case has its operation', async () => {
  checkEveryOperationHasCases();
  expect(Object.keys(operationCases).sort()).toEqual([...allOperations.keys()].sort());
});

describe('a result that is wrong by a thousandth is found in every operation', () => {
  test.each([...allOperations.keys()])('%s', async (name) => {
    const fault = faultyOperation(name, (data) => data.map((value) => (value === 0 ? 1e-3 : value * 1.001)));
    // An index is not wrong by a thousandth: it is the next one.
    const next = faultyOperation(name, (data) => data.map((value) => (value === 0 ? 1 : 0)));
    const broken = checked(name === 'argMax' ? next : fault, (open) => checkOperation(open, name));
    await expect(broken).rejects.toThrow(/is .* at place \d+, expected/);
  });
});

/** A program that does something else where it runs. */
function faultyPrograms(
  change: (program: DeviceProgram<Value>, runtime: ArrayRuntime) => Partial<DeviceProgram<Value>>,
): (runtime: ArrayRuntime) => Partial<ArrayRuntime> {
  return (runtime) => {
    const compile = runtime.compile.bind(runtime);
    return {
      compile: async (...given) => {
        const program = await compile(...given);
        return { ...program, ...change(program, runtime) };
      },
    };
  };
}

const leave = (): void => undefined;

describe('faults of values', () => {
  test.each<[string, (runtime: ArrayRuntime) => Partial<ArrayRuntime>, Check, RegExp]>([
    [
      'sizes of the first run stay',
      faultyPrograms((program) => {
        let first: string | undefined;
        return {
          run(inputs, outputs) {
            const sizes = Object.values(inputs).map(({ dims }) => dims.join());
            first ??= sizes.join(' ');
            return first === sizes.join(' ')
              ? program.run(inputs, outputs)
              : Promise.reject(new Error('compiled for other sizes'));
          },
        };
      }),
      (open) => checkOperation(open, 'add'),
      /failed: compiled for other sizes/,
    ],
    [
      'outputs that are given are not written to',
      faultyPrograms((program) => ({ run: (inputs) => program.run(inputs) })),
      checkSumsInPlace,
      /a sum in the place of its input, after three runs is 10/,
    ],
    [
      'a shape that is lost',
      faultyPrograms((program, runtime) => ({
        async run(inputs, outputs) {
          const values = await program.run(inputs, outputs);
          for (const value of Object.values(values)) value.dims = [value.numbers().length];
          void runtime;
          return values;
        },
      })),
      checkTrainingProgram,
      /has shape \[\d+\], expected/,
    ],
    [
      'indices are read as those of the first run',
      faultyPrograms((program) => {
        let tokens: Value | undefined;
        return {
          run(inputs, outputs) {
            tokens ??= Object.assign(Object.create(Object.getPrototypeOf(inputs.tokens)), inputs.tokens) as Value;
            return program.run({ ...inputs, tokens }, outputs);
          },
        };
      }),
      checkIntegerInputs,
      /at place/,
    ],
    [
      'equal outputs are one value',
      faultyPrograms((program) => ({
        async run(inputs, outputs) {
          const values = await program.run(inputs, outputs);
          return 'again' in values ? { ...values, again: values.square } : values;
        },
      })),
      checkSharedOutputs,
      /one of two equal outputs, after the other was freed/,
    ],
    [
      'a buffer that keeps its first shape',
      (runtime) => ({
        buffer() {
          const value = runtime.empty([2, 3]);
          return { tensor: () => value, release: () => value.clear() };
        },
      }),
      checkBuffer,
      /a buffer’s value has shape \[2, 3\], expected \[5, 4\]/,
    ],
    [
      'a placed value that is gone after one use',
      faultyPrograms((program) => ({
        async run(inputs, outputs) {
          const values = await program.run(inputs, outputs);
          for (const value of Object.values(inputs)) if (!Object.values(outputs ?? {}).includes(value)) value.clear();
          return values;
        },
      })),
      checkPlacedValues,
      /a program’s result on placed values is 0/,
    ],
    [
      'rows in the order of the matrix',
      (runtime) => {
        const rows = runtime.rows.bind(runtime);
        return { rows: (table, indices) => rows(table, indices.slice().sort()) };
      },
      checkMatrixRows,
      /chosen rows is 0 at place 0, expected 20/,
    ],
    ['values that stay held', () => ({ free: leave }), checkLeaks, /holds 0 values before a workload/],
    [
      'a buffer that stays held',
      (runtime) => {
        const buffer = runtime.buffer.bind(runtime);
        return { buffer: () => ({ ...buffer(), release: leave }) };
      },
      checkLeaks,
      /holds 0 values before a workload/,
    ],
  ])('%s', async (_name, fault, check, message) => {
    await expect(checked(fault, check)).rejects.toThrow(message);
  });
});

describe('faults of a device', () => {
  test.each<[string, (runtime: ArrayRuntime) => Partial<ArrayRuntime>, Check, RegExp]>([
    [
      'an array that was sent up is kept',
      (runtime) => ({
        async upload(data: Float32Array, shape: readonly number[], target = runtime.empty(shape)) {
          target.put(data, shape);
          return target;
        },
      }),
      checkTransfers,
      /what was sent up is -7/,
    ],
    [
      'an array that came down is the value’s own',
      () => ({ download: async (value) => value.numbers() as Float32Array }),
      checkTransfers,
      /whose numbers were read before and changed is 9/,
    ],
    ['a freed value keeps its numbers', () => ({ free: leave }), checkZeros, /a value that was freed does not say/],
    [
      'an empty value is not zero',
      (runtime) => ({
        empty(shape) {
          const value = new ArrayRuntime().empty(shape);
          value.data = new Float32Array(value.numbers().length).fill(1);
          void runtime;
          return value;
        },
      }),
      checkZeros,
      /an empty value does not say that it stands for zeros/,
    ],
    [
      'named outputs stay on the device',
      faultyPrograms((program) => ({
        runForHost: async (inputs) => ({ values: await program.run(inputs), host: {} }),
      })),
      checkRunForHost,
      /gives {2}on the host and product,chosen as values/,
    ],
    [
      'everything is joined along the first axis',
      (runtime) => {
        const join = runtime.join.bind(runtime);
        return { join: (first, second) => join(first, second, 0) };
      },
      checkJoin,
      /joined along axis 1 has shape \[4, 1, 2\], expected \[2, 2, 2\]/,
    ],
    [
      'rows are those of a matrix',
      (runtime) => {
        const rows = runtime.rows.bind(runtime);
        return {
          async rows(table, indices) {
            const flat = runtime.empty([]);
            flat.put(table.numbers(), [table.dims[0], table.dims[1]]);
            return rows(flat, indices);
          },
        };
      },
      checkRowsOfAnyRank,
      /rows of a value of rank 4 has shape/,
    ],
    [
      'passed values stay held',
      (runtime) => ({ pass: (tensor: HostTensor) => runtime.place(tensor) }),
      checkDeviceLeaks,
      /holds 0 values before a workload that frees all it makes, and \d+ after it/,
    ],
    [
      'release leaves what is held',
      () => ({ release: async () => undefined }),
      checkDeviceLeaks,
      /values after release/,
    ],
    [
      'values are not counted',
      (runtime) => {
        runtime.held.add = () => runtime.held;
        return {};
      },
      checkDeviceLeaks,
      /does not count values that are held/,
    ],
  ])('%s', async (_name, fault, check, message) => {
    await expect(checked(fault, check)).rejects.toThrow(message);
  });
});

test('a runtime without a count of live values is told so where leaks are checked', async () => {
  const subject = { name: 'uncounted', open: () => new ArrayRuntime() };
  const check = (open: OpenRuntime<DeviceValue & Value, ArrayRuntime>): Promise<void> => checkLeaks<Value>(open);
  await expect(withDeviceRuntime<Value, ArrayRuntime, void>(subject, check)).rejects.toThrow(
    'gives no count of live values',
  );
});

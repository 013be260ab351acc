import type { DeviceRuntime, DeviceValue, Runtime, Value } from '@profit-sft/engine';
import { allOperations } from '@profit-sft/graph';
import { describe, test } from 'vitest';
import {
  checkDeviceLeaks,
  checkJoin,
  checkRowsOfAnyRank,
  checkRunForHost,
  checkTransfers,
  checkZeros,
} from '../runtime/check-device-values.js';
import { checkEveryOperationHasCases, checkProgramCase } from '../runtime/check-operations.js';
import {
  checkBuffer,
  checkIntegerInputs,
  checkLeaks,
  checkPlacedValues,
  checkMatrixRows,
  checkSharedOutputs,
  checkSumsInPlace,
  checkTrainingProgram,
} from '../runtime/check-values.js';
import { operationCases } from '../runtime/operation-cases.js';
import {
  withDeviceRuntime,
  withHostRuntime,
  type DeviceRuntimeSubject,
  type HostRuntimeSubject,
  type OpenRuntime,
} from '../runtime/runtime-subject.js';

interface SuiteOptions {
  /** Why the runtime cannot be checked here: every test is skipped, and their suite says so. */
  readonly skip?: string | undefined;
}

type WithRuntime<V extends Value> = (check: (open: OpenRuntime<V>) => Promise<void>) => Promise<void>;

function registerChecks<V extends Value>(withRuntime: WithRuntime<V>, counted: boolean): void {
  test('every operation of the language has cases', checkEveryOperationHasCases);
  describe.each([...allOperations.keys()])('operation %s', (operation) => {
    test.each(Object.entries(operationCases[operation] ?? {}))('%s', (title, programCase) =>
      withRuntime((open) => checkProgramCase(open, `${operation}: ${title}`, programCase)),
    );
  });
  test('a language model’s forward and backward pass as one program', () => withRuntime(checkTrainingProgram));
  test('outputs in the place of inputs', () => withRuntime(checkSumsInPlace));
  test('an input as output, one value as two outputs', () => withRuntime(checkSharedOutputs));
  test('a buffer of changing shapes', () => withRuntime(checkBuffer));
  test('placed values in several programs', () => withRuntime(checkPlacedValues));
  test('rows of a matrix', () => withRuntime(checkMatrixRows));
  test('indices as inputs', () => withRuntime(checkIntegerInputs));
  if (counted) test('nothing is left of a workload that frees all it makes', () => withRuntime(checkLeaks));
}

/**
 * Registers a vitest suite that holds a runtime of tensor programs to the float64 reference of `graph`: every operation in several
 * shapes, sizes that change from run to run, and what values do. For a runtime whose values are memory of the process.
 */
export function describeHostRuntime<V extends Value, R extends Runtime<V>>(
  subject: HostRuntimeSubject<V, R>,
  { skip }: SuiteOptions = {},
): void {
  const title = skip === undefined ? subject.name : `${subject.name} (skipped: ${skip})`;
  describe.skipIf(skip !== undefined)(title, () => {
    registerChecks<V>((check) => withHostRuntime(subject, check), subject.liveValues !== undefined);
  });
}

/** The same for a runtime whose values live on a device, and what only these have: transfers, zeros, results on the host. */
export function describeRuntime<V extends DeviceValue, R extends DeviceRuntime<V>>(
  subject: DeviceRuntimeSubject<V, R>,
  { skip }: SuiteOptions = {},
): void {
  const title = skip === undefined ? subject.name : `${subject.name} (skipped: ${skip})`;
  describe.skipIf(skip !== undefined)(title, () => {
    const counted = subject.liveValues !== undefined;
    registerChecks<V>((check) => withDeviceRuntime(subject, check), counted);
    const withRuntime = (check: (open: OpenRuntime<V, R>) => Promise<void>) => withDeviceRuntime(subject, check);
    test('numbers go up and come down', () => withRuntime(checkTransfers));
    test('empty values are zeros', () => withRuntime(checkZeros));
    test('results on the host', () => withRuntime(checkRunForHost));
    test('joined values', () => withRuntime(checkJoin));
    test('rows of a value of rank 4', () => withRuntime(checkRowsOfAnyRank));
    if (counted) test('memory is given back', () => withRuntime(checkDeviceLeaks));
  });
}

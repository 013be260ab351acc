import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OutOfMemoryError, type MaskingRule } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { FailedStepError } from './failed-step.js';
import { comparableEvents, directoryContent } from './testing-model/directory-content.js';
import { killedRunConfig, ruleOf, ruleWithState, smallRun } from './testing-model/small-run.js';
import { temporaryPath } from './testing-model/temporary-directory.js';
import { train } from './train.js';

type Method = 'forward' | 'backward' | 'update';

const run = (directory: string, masking: MaskingRule = ruleWithState()) =>
  smallRun(directory, killedRunConfig, { masking, resume: true });

async function unbroken() {
  const directory = temporaryPath();
  await train(run(directory));
  return { model: directoryContent(join(directory, 'model')), events: comparableEvents(directory) };
}

/** Starts the run again without a fault, and expects the outcome of one that never had any. */
async function expectRecovered(directory: string): Promise<void> {
  expect(existsSync(join(directory, 'model'))).toBe(false);
  await train(run(directory));
  const whole = await unbroken();
  expect(directoryContent(join(directory, 'model'))).toEqual(whole.model);
  expect(comparableEvents(directory)).toEqual(whole.events);
}

/** A run whose model throws at the `at`-th call of a method; `update` after it has changed some of its weights. */
function faultyRun(directory: string, method: Method, at: number, thrown: Error) {
  const options = run(directory);
  const { model } = options;
  const original = model[method].bind(model) as (...values: unknown[]) => Promise<unknown>;
  let calls = 0;
  Object.assign(model, {
    [method]: async (...values: unknown[]) => {
      if (++calls !== at) return original(...values);
      if (method === 'update') await original(...values);
      throw thrown;
    },
  });
  return options;
}

test.each([
  ['forward', 8, /^step \d, micro-batch \d of \d, \d+ tokens: failed with Error: the runtime broke \(at .*faulty-step/],
  ['backward', 9, /^step \d, micro-batch \d of \d, \d+ tokens: failed with Error/],
  ['update', 5, /^step 5, update: failed with Error/],
] as const)(
  'a runtime that throws in %s saves nothing of that step, says where, and the run is resumed exactly',
  async (method, at, message) => {
    const directory = temporaryPath();
    const cause = new Error('the runtime broke');
    const failing = train(faultyRun(directory, method, at, cause));
    const error = (await failing.catch((thrown: unknown) => thrown)) as FailedStepError;
    expect(error).toBeInstanceOf(FailedStepError);
    expect(error).toMatchObject({ kind: 'backend', cause });
    expect(error.message).toMatch(message);
    for (const name of readdirSync(join(directory, 'checkpoints'))) expect(name).toMatch(/^step-0000000[24]$/);
    await expectRecovered(directory);
  },
);

test.each([
  new TypeError('undefined is not a tensor'),
  // As it comes from the model's process.
  Object.defineProperty(new Error('undefined is not a tensor'), 'name', { value: 'TypeError' }),
])('a defect of code in a step is none of the backend, and keeps its stack: %s', async (cause) => {
  const failing = train(faultyRun(temporaryPath(), 'update', 5, cause));
  const error = (await failing.catch((thrown: unknown) => thrown)) as FailedStepError;
  expect(error).toBeInstanceOf(FailedStepError);
  expect(error).toMatchObject({ kind: 'internal', exitCode: 1, cause });
  expect(error.message).toMatch(/^step 5, update: failed with TypeError: undefined is not a tensor \(at .*faulty-step/);
});

test('memory that runs out in a step is reported with what the run has of what to lower', async () => {
  const directory = temporaryPath();
  const thrown = new OutOfMemoryError('memory ran out', 'Lower microBatchTokens.');
  const failing = train(faultyRun(directory, 'forward', 8, thrown));
  await expect(failing).rejects.toThrow(OutOfMemoryError);
  await expect(failing).rejects.toThrow(
    /^memory ran out\. Lower microBatchTokens\. \[step 4, .*\] This run has microBatchTokens 32, data\.maxLength what the model allows, no adapter; batchSize/,
  );
  await expectRecovered(directory);
});

test('memory that the model’s runtime is not given says what to lower, in one process too', async () => {
  const failing = train(faultyRun(temporaryPath(), 'backward', 3, new RangeError('Array buffer allocation failed')));
  await expect(failing).rejects.toThrow(OutOfMemoryError);
  await expect(failing).rejects.toThrow(
    /^memory ran out \(Array buffer allocation failed\)\. Lower microBatchTokens .*\[step \d, .*\] This run has /,
  );
});

test('a rule that throws is named, with the place in its file, and the run is resumed exactly', async () => {
  const directory = temporaryPath();
  let calls = 0;
  const good = ruleWithState();
  const rule = ruleOf(
    (signals, context) => {
      if (++calls === 9) throw new TypeError('undefined is not a weight');
      return good.weigh(signals, context);
    },
    { normaliser: good.normaliser, state: good.state },
  );
  const failing = train(run(directory, rule));
  await expect(failing).rejects.toMatchObject({ kind: 'config' });
  await expect(failing).rejects.toThrow(
    /^masking rule "test" at step \d: threw TypeError: undefined is not a weight \(at .*faulty-step\.test\.ts.*\)/,
  );
  await expectRecovered(directory);
});

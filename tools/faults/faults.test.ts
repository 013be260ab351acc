import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@profit-sft/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillDisk, readOnlyDirectory, refuseWrites } from './disk-faults.js';
import type { FaultResult } from './fault-result.js';
import { writeInputs, type Inputs } from './inputs.js';
import { killWhileSaving } from './kills.js';
import { startAtOnce } from './races.js';
import { throwInSteps } from './runtime-faults.js';
import { scenarioOf, strays } from './scenarios.js';
import { SubjectProcesses } from './subject-processes.js';
import { Trial } from './trial.js';

const seed = Number(process.env.PROFIT_FAULT_SEED ?? 1);
const generator = createRandom(seed, 'faults');
const random = (): number => generator.next();

let processes: SubjectProcesses;
let inputs: Inputs;
beforeAll(async () => {
  processes = await SubjectProcesses.bundle();
  inputs = await writeInputs();
});
afterAll(() => {
  inputs.remove();
  processes.close();
});

function expectSurvived(result: FaultResult, least = 1): void {
  expect(result.failures, `${result.kind}; seed ${seed}`).toEqual([]);
  expect(result.injected).toBeGreaterThanOrEqual(least);
}

describe('training', () => {
  let trial: Trial;
  beforeAll(async () => {
    trial = await Trial.of(scenarioOf('onnxruntime'), processes, inputs);
  });

  test('killed while it changes files, it is gone on with, and ends as if it had not been', async () => {
    expectSurvived(await killWhileSaving(trial, 'command', 6, random), 4);
  });

  test('refused by the system, it says what to do, and is gone on with', async () => {
    for (const result of await refuseWrites(trial, 1, random)) expect(result.failures, result.kind).toEqual([]);
  });

  test('of two starts at once in one directory one trains, and the other says who does', async () => {
    expectSurvived(await startAtOnce(trial, 1, 2));
  });

  test('a runtime that throws saves nothing of its step', async () => {
    expectSurvived(await throwInSteps(trial, 1, random));
  });

  test('a file system that is full, and one that is read-only', async (context) => {
    const results = [await fillDisk(trial, [200]), await readOnlyDirectory(trial)];
    const [skipped] = results.flatMap(({ skipped: why }) => why ?? []);
    if (skipped !== undefined) return context.skip(skipped);
    for (const result of results) expectSurvived(result);
  });
});

test('kept answers', async () => {
  const trial = await Trial.of(scenarioOf('answers'), processes, inputs);
  expectSurvived(await killWhileSaving(trial, 'command', 3, random));
});

test('a fault that is not survived is found: a checkpoint that was changed is told from an undisturbed one', async () => {
  const trial = await Trial.of(scenarioOf('onnxruntime'), processes, inputs);
  const output = trial.output();
  const at = trial.counts.get('command')?.operations.length ?? 0;
  await trial.disturb(output, { kind: 'kill', role: 'command', at: Math.round(at / 2) });
  const checkpoints = join(output, 'checkpoints');
  for (const step of readdirSync(checkpoints).filter((name) => name.startsWith('step-'))) {
    writeFileSync(join(checkpoints, step, 'model-state', 'weights.safetensors'), '');
  }
  expect(await trial.recover(output)).toMatch(/resumed from step 0, but the checkpoint of step \d had been written/);
});

test('what is left lying about is seen', () => {
  const folder = inputs.fresh('strays');
  const left = ['.partial-result.json', 'lock', 'a.lock', 'a.incomplete', 'w.safetensors.partial-12'];
  mkdirSync(folder);
  for (const name of [...left, 'result.json', 'locksmith', 'model.safetensors']) writeFileSync(join(folder, name), '');
  expect(strays(folder).sort()).toEqual(left.sort());
});

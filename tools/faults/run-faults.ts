import { createRandom } from '@profit-sft/core';
import { startLoopbackHub } from '../../packages/hub/src/testing-hub/loopback-hub.js';
import { fillDisk, readOnlyDirectory, refuseWrites, shortWrites } from './disk-faults.js';
import type { FaultResult } from './fault-result.js';
import { writeInputs } from './inputs.js';
import { keepResults, type ScenarioResults } from './kept-results.js';
import { killWhileSaving } from './kills.js';
import { startAtOnce, takeOverAtOnce } from './races.js';
import { fillHeaps, jumpClocks, limitMemory, throwInSteps } from './runtime-faults.js';
import { dataRepository, scenarioOf, scenarios } from './scenarios.js';
import { SubjectProcesses } from './subject-processes.js';
import { killAtSystemCalls } from './system-call-kills.js';
import { Trial } from './trial.js';

export interface FaultsOptions {
  /** Kills of each process of each scenario; of the other faults fewer, in proportion. */
  readonly kills: number;
  readonly seed: number;
  /** The only scenario, by its name. */
  readonly only?: string | undefined;
}

/** A data set's repository on this machine: one file as git has it, one in LFS. */
function startDataRepository() {
  return startLoopbackHub({
    repository: dataRepository,
    commit: '0123456789abcdef0123456789abcdef01234567',
    files: {
      'README.md': { content: '# Sums\n' },
      'train.jsonl': { content: '{"prompt":"1+1=","completion":"2"}\n'.repeat(4000), lfs: true },
      'test.jsonl': { content: '{"prompt":"2+2=","completion":"4"}\n'.repeat(20) },
    },
  });
}

/** What came of each scenario. One without a failure is kept at once: the whole takes a while. */
export async function runFaults(
  { kills, seed, only }: FaultsOptions,
  show: (line: string) => void,
): Promise<ScenarioResults[]> {
  const all: ScenarioResults[] = [];
  let results: FaultResult[] = [];
  const processes = await SubjectProcesses.bundle();
  const inputs = await writeInputs();
  const hub = await startDataRepository();
  const add = (...more: FaultResult[]): void => {
    for (const { kind, what, injected, failures, skipped } of more) {
      const verdict = skipped ?? (failures.length === 0 ? 'survived' : `${failures.length} FAILED`);
      show(`${kind}, ${what}: ${injected}, ${verdict}`);
    }
    results.push(...more);
  };
  try {
    const environment = { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: '' };
    const few = Math.max(2, Math.round(kills / 4));
    for (const scenario of only === undefined ? scenarios : [scenarioOf(only)]) {
      results = [];
      const generator = createRandom(seed, 'faults', scenario.name);
      const random = (): number => generator.next();
      const trial = await Trial.of(scenario, processes, inputs, environment);
      for (const role of scenario.roles) add(await killWhileSaving(trial, role, kills, random));
      if (scenario.name === 'onnxruntime') {
        add(await killAtSystemCalls(trial, kills, random));
        add(...(await refuseWrites(trial, few, random)), await shortWrites(trial));
        add(await fillDisk(trial, [100, 150, 200]), await readOnlyDirectory(trial));
        add(await startAtOnce(trial, few), await takeOverAtOnce(trial, few, random));
        add(await throwInSteps(trial, few, random));
      }
      if (['answers', 'hub'].includes(scenario.name)) add(await killAtSystemCalls(trial, few, random));
      if (scenario.name === 'engine') {
        add(...(await fillHeaps(trial, 2, random)));
        add(await throwInSteps(trial, 2, random));
      }
      if (scenario.name === 'memory') add(await limitMemory(trial, memoryLimits));
      if (['onnxruntime', 'answers', 'hub'].includes(scenario.name)) add(await jumpClocks(trial));
      const ofScenario = { scenario: scenario.name, kills, seed, results };
      all.push(ofScenario);
      if (results.every(({ failures }) => failures.length === 0)) {
        keepResults(
          ofScenario,
          scenarios.map(({ name }) => name),
        );
      }
    }
  } finally {
    await hub.close();
    inputs.remove();
    processes.close();
  }
  return all;
}

/** MiB of data of each process: enough to open the model, too little for a step. */
const memoryLimits = [330, 400, 470];

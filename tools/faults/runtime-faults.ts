import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { inLanes, spreadPoints, type FaultResult } from './fault-result.js';
import type { FaultIn } from './fault.js';
import type { Trial } from './trial.js';

/** Starts a trial with a fault at each point, checks what it says, and starts it again. */
async function disturbed(
  trial: Trial,
  faults: readonly (FaultIn & { readonly at: number })[],
  says: RegExp,
  start: { readonly nodeOptions?: readonly string[] } = {},
): Promise<Pick<FaultResult, 'injected' | 'failures'>> {
  const failures: string[] = [];
  let injected = 0;
  await inLanes(faults, async (fault) => {
    const output = trial.output();
    const ended = await trial.disturb(output, fault, start);
    if (ended.code !== 0) injected++;
    if (ended.code !== 0 && !says.test(ended.error)) {
      failures.push(`at ${fault.at}: ended with ${ended.signal ?? ended.code} and said: ${ended.error.slice(-600)}`);
    }
    const wrong = await trial.wrongAfter(output, ended);
    if (wrong !== undefined) failures.push(`at ${fault.at}: ${wrong}`);
    rmSync(output, { recursive: true, force: true });
  });
  return { injected, failures };
}

/** The runtime throws at one of the programs that it is given: in a forward pass, a backward pass, an evaluation. */
export async function throwInSteps(trial: Trial, count: number, random: () => number): Promise<FaultResult> {
  const role = trial.scenario.roles.includes('engine') ? 'engine' : 'command';
  const points = spreadPoints(trial.counts.get(role)?.programs ?? 0, count, random);
  const faults = points.map((at) => ({ kind: 'throw', role, at }) as const);
  const about = { kind: 'the runtime throws in the middle of a step', what: trial.scenario.title };
  return { ...about, ...(await disturbed(trial, faults, /injected: the runtime threw/)) };
}

/** The heap of V8 is full: of the command itself, for which Node.js speaks, or of the model's process. */
export async function fillHeaps(trial: Trial, count: number, random: () => number): Promise<FaultResult[]> {
  const results: FaultResult[] = [];
  for (const role of trial.scenario.roles) {
    const points = spreadPoints(trial.counts.get(role)?.operations.length ?? 0, count, random);
    const faults = points.map((at) => ({ kind: 'fill-heap', role, at }) as const);
    const says = role === 'engine' ? /memory probably ran out.*microBatchTokens/s : /heap out of memory/;
    const what = `${trial.scenario.title}${role === 'engine' ? ', the model’s process' : ''}`;
    const came = await disturbed(trial, faults, says, { nodeOptions: ['--max-old-space-size=96'] });
    results.push({ kind: 'the heap of V8 is full', what, ...came });
  }
  return results;
}

/** The processes get no more memory from the system than so much. */
export async function limitMemory(trial: Trial, mebibytes: readonly number[]): Promise<FaultResult> {
  const about = { kind: 'the system gives no more memory (RLIMIT_DATA)', what: trial.scenario.title };
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
  } catch {
    return { ...about, injected: 0, failures: [], skipped: 'no prlimit here (util-linux)' };
  }
  const failures: string[] = [];
  let injected = 0;
  for (const limit of mebibytes) {
    const output = trial.output();
    const ended = await trial.start(output, { by: ['prlimit', `--data=${limit * 2 ** 20}`] });
    injected++;
    // Of the runtime, or of the process, where it was the operating system that ended it.
    if (
      ended.code !== 7 ||
      !/memory (?:probably )?ran out.*microBatchTokens.*This run has microBatchTokens/s.test(ended.error)
    ) {
      failures.push(`${limit} MiB: ended with ${ended.signal ?? ended.code} and said: ${ended.error.slice(-900)}`);
    }
    const wrong = await trial.recover(output);
    if (wrong !== undefined) failures.push(`${limit} MiB: ${wrong}`);
  }
  return { ...about, injected, failures };
}

/** The wall clock jumps by hours in every process, and an undisturbed run comes of it, with sensible times. */
export async function jumpClocks(trial: Trial): Promise<FaultResult> {
  const output = trial.output();
  const ended = await trial.disturb(output, { kind: 'clock', role: 'command' });
  let wrong = ended.code === 0 ? trial.wrongOutcome(output, ended) : `ended with ${ended.code}: ${ended.error}`;
  if (wrong === undefined && ended.out.includes('"seconds"')) {
    const { seconds } = JSON.parse(ended.out) as { readonly seconds?: number };
    if (seconds !== undefined && !(seconds > 0 && seconds < 120)) wrong = `took ${seconds} s by its own account`;
  }
  return {
    kind: 'the clock jumps by hours, 30 times a second',
    what: trial.scenario.title,
    injected: 1,
    failures: wrong === undefined ? [] : [wrong],
  };
}

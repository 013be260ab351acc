import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { parseAblation } from '../grid/ablation-config.js';
import { specifyRuns, type RunSpecification } from '../grid/run-specification.js';
import { jobDirectory } from '../jobs/job-directory.js';
import { runJobs } from '../jobs/run-jobs.js';
import type { Launcher } from '@profit-sft/core';

export const trivialCommand = [process.execPath, fileURLToPath(new URL('trivial-job.mjs', import.meta.url))];

export function trivialRuns(count: number, special: Readonly<Record<number, object>> = {}): RunSpecification[] {
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  const run = Object.fromEntries(seeds.map((seed) => [String(seed), { seed, ...special[seed] }]));
  const config = parseAblation({ run: {}, axes: { run } }, 'test');
  return specifyRuns(config, {}, { file: '/test.json', folder: '/' }, 'test');
}

async function killWhenStarted(directory: string, signal: AbortSignal): Promise<void> {
  const starts = join(directory, 'starts.txt');
  while (!existsSync(starts) && !signal.aborted) await wait(50);
  if (!signal.aborted) process.kill(Number(readFileSync(starts, 'utf8').trim()), 'SIGKILL');
}

/** Runs trivial jobs, of which one's process is killed: all finish, none twice, and only the killed one is started again. */
export async function expectAllFinishOnce(launcher: Launcher, count: number): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), `profit-${launcher.name}-`));
  const victim = Math.floor(count / 2);
  const runs = trivialRuns(count, { [victim]: { victim: true } });
  const end = new AbortController();
  try {
    const killed = killWhenStarted(jobDirectory(root, runs[victim].hash), end.signal);
    const outcomes = await runJobs(runs, { root, launcher, command: trivialCommand, attempts: 2, signal: end.signal });
    end.abort();
    await killed;
    expect(outcomes.map(({ outcome }) => outcome.state)).toEqual(runs.map(() => 'finished'));
    const starts = runs.map(
      ({ hash }) =>
        readFileSync(join(jobDirectory(root, hash), 'starts.txt'), 'utf8')
          .trim()
          .split('\n').length,
    );
    expect(starts).toEqual(runs.map((_, index) => (index === victim ? 2 : 1)));
    expect(runs.filter(({ hash }) => existsSync(join(jobDirectory(root, hash), 'twice.txt')))).toEqual([]);
  } finally {
    end.abort();
    rmSync(root, { recursive: true, force: true });
  }
}

/** One run's job is ended by the scheduler: it is reported, or started again where it has another attempt; the others go on. */
export async function expectStoppedIsReported(
  launcher: Launcher,
  stop: (hash: string, index: number) => Promise<void>,
  message: RegExp,
): Promise<void> {
  for (const attempts of [1, 2]) {
    const root = mkdtempSync(join(tmpdir(), `profit-${launcher.name}-`));
    const runs = trivialRuns(3, { 1: { victim: true } });
    const end = new AbortController();
    try {
      const stopped = (async () => {
        const starts = join(jobDirectory(root, runs[1].hash), 'starts.txt');
        while (!existsSync(starts)) await wait(50);
        await stop(runs[1].hash, 1);
      })();
      const outcomes = await runJobs(runs, { root, launcher, command: trivialCommand, attempts, signal: end.signal });
      await stopped;
      const [first, victim, last] = outcomes.map(({ outcome }) => outcome);
      expect([first.state, last.state]).toEqual(['finished', 'finished']);
      if (attempts === 2) expect(victim.state).toBe('finished');
      else
        expect(victim).toMatchObject({
          state: 'failed',
          failure: { message: expect.stringMatching(message) as string },
        });
    } finally {
      end.abort();
      rmSync(root, { recursive: true, force: true });
    }
  }
}

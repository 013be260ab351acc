import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAblation } from '../grid/ablation-config.js';
import { specifyRuns } from '../grid/run-specification.js';
import { LocalLauncher } from '../launchers/local-launcher.js';
import { trivialCommand, trivialRuns } from '../testing/many-jobs.js';
import { jobDirectory, prepareJob, readSpecification } from './job-directory.js';
import { runJobs, type RunJobsOptions } from './run-jobs.js';

let root: string;
let options: RunJobsOptions;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'profit-jobs-'));
  options = {
    root,
    launcher: new LocalLauncher({ concurrency: 2 }),
    command: trivialCommand,
    attempts: 2,
    signal: new AbortController().signal,
  };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const startsOf = (hash: string): number => {
  const file = join(jobDirectory(root, hash), 'starts.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').length : 0;
};

test('what is finished is not run again; what fails is tried again and does not stop the rest', async () => {
  const runs = trivialRuns(3, { 1: { fails: true } });
  const states = async () => (await runJobs(runs, options)).map(({ outcome }) => outcome.state);
  expect(await states()).toEqual(['finished', 'failed', 'finished']);
  expect(runs.map(({ hash }) => startsOf(hash))).toEqual([1, 2, 1]);
  expect(await states()).toEqual(['finished', 'failed', 'finished']);
  expect(runs.map(({ hash }) => startsOf(hash))).toEqual([1, 4, 1]);
  const [, failed] = await runJobs(runs, options);
  expect(failed.outcome).toMatchObject({ failure: { message: 'its process ended with code 3; see log.txt' } });
});

test('a run waits for the one whose result it needs, and is blocked where that fails', async () => {
  const axes = (fails: boolean) => ({
    run: { second: { learningRate: { result: 'value', of: { run: 'first' } } }, first: { seed: 5, fails } },
  });
  const specify = (fails: boolean) =>
    specifyRuns(parseAblation({ run: {}, axes: axes(fails) }, 'test'), {}, { file: '/test.json', folder: '/' }, 'test');
  const order: string[] = [];
  const good = await runJobs(specify(false), { ...options, onProgress: ({ running }) => order.push(running.join()) });
  expect(good.map(({ outcome }) => outcome.state)).toEqual(['finished', 'finished']);
  expect(order.filter((text) => text !== '')).toEqual(['run first', 'run second']);
  const [blocked] = await runJobs(specify(true), options);
  expect(blocked.outcome).toEqual({ state: 'blocked', by: 'run first' });
  expect(startsOf(blocked.specification.hash)).toBe(0);
});

test('the result of another run in a directory is refused, and nothing is started or changed', async () => {
  const runs = trivialRuns(2);
  await runJobs([runs[0]], options);
  const result = join(jobDirectory(root, runs[0].hash), 'result.json');
  writeFileSync(result, readFileSync(result, 'utf8').replace(runs[0].hash, 'another'));
  await expect(runJobs(runs, options)).rejects.toThrow(/is the result of the run another/);
  expect(startsOf(runs[1].hash)).toBe(0);
  const specification = join(prepareJob(root, runs[1]), 'specification.json');
  writeFileSync(specification, readFileSync(specification, 'utf8').replace('"seed": 1', '"seed": 9'));
  await expect(runJobs([runs[1]], options)).rejects.toThrow(/is the specification of another run/);
});

test('the directory of a model that is only evaluated is that of any training data', () => {
  const [run] = trivialRuns(1);
  const base = (train: string) => ({ ...run, trains: false, run: { ...run.run, data: { train } } });
  expect(prepareJob(root, base('b.jsonl'))).toBe(prepareJob(root, base('a.jsonl')));
});

test('a run goes on where its checkout has moved to', () => {
  const [run] = trivialRuns(1);
  const directory = prepareJob(root, run);
  const moved = { ...run, file: '/elsewhere/test.json', folder: '/elsewhere' };
  expect(prepareJob(root, moved)).toBe(directory);
  expect(readSpecification(directory)).toEqual(moved);
});

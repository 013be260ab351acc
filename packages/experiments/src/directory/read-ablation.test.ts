/** A directory that somebody else made, or changed: what it holds is shown, or refused by name. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ProfitError } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeAblationRecord } from './ablation-record.js';
import { CachedFiles } from './cached-files.js';
import { ablationTable, isAblation, readAblation } from './read-ablation.js';

const hash = '0123456789abcdef';
const labels = { seed: 0 };
const contents: Readonly<Record<string, object>> = {
  'ablation.json': { format: 1, repeats: 'seed', metrics: [], runs: [{ hash, labels }] },
  [`runs/${hash}/specification.json`]: {
    ...{ hash, labels, run: { model: 'm' }, file: '/a/run.json', folder: '/a', trains: true, waitsFor: [] },
    evaluations: { solved: { evaluator: 'gsm8k', data: 'd', seed: 0 } },
  },
  [`runs/${hash}/run.json`]: { model: 'm', masking: 'sft' },
  [`runs/${hash}/evaluations/solved.json`]: { metrics: { accuracy: 1 }, items: [{ correct: true }] },
  [`runs/${hash}/result.json`]: {
    ...{ hash, labels, metrics: { 'solved.accuracy': 1 }, seconds: 1, environment: 'Node', commands: ['profit'] },
  },
};

let root: string;
const write = (name: string, content: unknown): void => {
  const path = join(root, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'profit-ablation-'));
  for (const [name, content] of Object.entries(contents)) write(name, content);
});
afterEach(() => rmSync(root, { recursive: true }));

function read() {
  const files = new CachedFiles();
  const ablation = readAblation(root, files);
  return { ablation, table: ablationTable(root, ablation, files) };
}

function refusal(): string {
  try {
    read();
  } catch (error) {
    if (ProfitError.isInstance(error)) return error.message;
    throw error;
  }
  return expect.fail('should be refused');
}

test('a finished run', () => {
  const { ablation, table } = read();
  expect(ablation.runs).toMatchObject([{ hash, labels, result: { seconds: 1 }, waitsFor: [] }]);
  expect(ablation.runs[0].evaluations.solved.items).toEqual([{ correct: true }]);
  expect(table.rows[0].metrics['solved.accuracy'].mean).toBe(1);
});

const inRun = (name: string): string => `runs/${hash}/${name}`;

test.each<[name: string, content: unknown]>([
  ['ablation.json', null],
  ['ablation.json', '{"runs":'],
  ['ablation.json', { ...contents['ablation.json'], runs: [{ hash: '../../elsewhere', labels }] }],
  ['ablation.json', { ...contents['ablation.json'], metrics: 'evalNll' }],
  [inRun('specification.json'), { hash, evaluations: {}, waitsFor: 1 }],
  [
    inRun('specification.json'),
    { ...contents[inRun('specification.json')], evaluations: { '../../x': { evaluator: 'gsm8k', data: 'd' } } },
  ],
  [inRun('run.json'), null],
  [inRun('evaluations/solved.json'), { metrics: { accuracy: 1 }, items: [null] }],
  [inRun('evaluations/solved.json'), { metrics: { accuracy: 'all' }, items: [] }],
  [inRun('result.json'), null],
  [inRun('result.json'), { ...contents[inRun('result.json')], metrics: { evalNll: 'x' } }],
  [inRun('result.json'), { ...contents[inRun('result.json')], hash: 'fedcba9876543210' }],
  [inRun('failure.json'), { message: 3, time: '' }],
])('%s with %j is refused by its name', (name, content) => {
  write(name, content);
  expect(refusal()).toContain(join(root, name));
});

test('a file that is half written is as if it were not there yet', () => {
  write(inRun('evaluations/solved.json'), '{"metrics": {"accu');
  write(inRun('result.json'), '{"hash": "0123');
  const { ablation } = read();
  expect(ablation.runs[0].result).toBeUndefined();
  expect(ablation.runs[0].evaluations).toEqual({});
});

test('a run that waits names the runs that it waits for, until they are finished', () => {
  const second = 'fedcba9876543210';
  const specification = contents[inRun('specification.json')];
  const waitsFor = [{ key: 'learningRate', hash, reference: { result: 'evalNll', of: { seed: 0 } } }];
  write('ablation.json', {
    ...contents['ablation.json'],
    runs: [
      { hash, labels },
      { hash: second, labels: { seed: 1 } },
    ],
  });
  write(`runs/${second}/specification.json`, { ...specification, hash: second, labels: { seed: 1 }, waitsFor });
  expect(read().ablation.runs[1]).toMatchObject({ hash: second, waitsFor: [], events: [] });
  rmSync(join(root, inRun('result.json')));
  expect(read().ablation.runs[1].waitsFor).toEqual(['seed 0']);
});

test('a directory of before ablations were recorded has its runs, without a baseline', () => {
  rmSync(join(root, 'ablation.json'));
  mkdirSync(join(root, 'runs', 'fedcba9876543210'));
  const { ablation, table } = read();
  expect(ablation.record).toBeUndefined();
  expect(ablation.runs.map((run) => run.labels)).toEqual([labels, { run: 'fedcba9876543210' }]);
  expect(table.rows).toMatchObject([{ isBaseline: false, metrics: { 'solved.accuracy': { mean: 1 } } }]);
});

test('a directory without runs is refused', () => {
  rmSync(join(root, 'runs'), { recursive: true });
  expect(isAblation(root)).toBe(false);
  expect(refusal()).toMatch(/has no folder runs: it is no ablation's \(ENOENT/);
  mkdirSync(join(root, 'runs'));
  rmSync(join(root, 'ablation.json'));
  expect(isAblation(root)).toBe(true);
  expect(refusal()).toMatch(/has no runs yet/);
});

test('a record that was written is read', () => {
  const record = {
    format: 1,
    repeats: 'seed',
    baseline: { seed: 0 },
    metrics: ['evalNll'],
    runs: [{ hash, labels }],
  } as const;
  writeAblationRecord(root, record);
  expect(read().ablation.record).toEqual(record);
});

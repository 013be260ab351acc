import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProfitError } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAblation } from '../grid/ablation-config.js';
import { trivialRuns } from '../testing/many-jobs.js';
import {
  jobDirectory,
  prepareJob,
  readOutcome,
  readSpecification,
  writeFailure,
  writeResult,
} from './job-directory.js';
import { readEvaluation } from '../results/finished-run.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'profit-jobs-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const [specification] = trivialRuns(1);
const directory = (): string => jobDirectory(root, specification.hash);
function write(name: string, content: unknown): void {
  mkdirSync(directory(), { recursive: true });
  writeFileSync(join(directory(), name), JSON.stringify(content));
}
function refusal(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    expect(ProfitError.isInstance(error), String(error)).toBe(true);
    return (error as Error).message;
  }
  return expect.fail('should be refused');
}

test('a specification comes back as it was written', () => {
  expect(readSpecification(prepareJob(root, specification))).toEqual(JSON.parse(JSON.stringify(specification)));
});

test.each([
  ['null', null],
  ['a list', []],
  ['waitsFor that is text', { ...specification, waitsFor: '\ud800' }],
  ['no evaluations', { ...specification, evaluations: undefined }],
  ['a hash that leads elsewhere', { ...specification, hash: '../../elsewhere' }],
  [
    'another run’s hash that does',
    { ...specification, waitsFor: [{ key: 'a', hash: '../x', reference: { result: 'r', of: {} } }] },
  ],
  [
    'an evaluation that does',
    { ...specification, evaluations: { '../../x': { evaluator: 'gsm8k', data: 'd', seed: 0 } } },
  ],
])('a specification with %s is refused', (_, content) => {
  write('specification.json', content);
  expect(refusal(() => readSpecification(directory()))).toContain('specification.json');
});

test('a changed specification is no reason to crash when the run is prepared again', () => {
  write('specification.json', { ...specification, waitsFor: '\ud800' });
  expect(refusal(() => prepareJob(root, specification))).toContain('waitsFor');
});

test.each([
  ['null', null],
  ['metrics of text', { hash: specification.hash, metrics: { a: '1' } }],
])('a result that is %s is refused', (_, content) => {
  write('result.json', content);
  expect(refusal(() => readOutcome(root, specification.hash))).toContain('result.json');
});

test('a failure that is null is refused', () => {
  write('failure.json', null);
  expect(refusal(() => readOutcome(root, specification.hash))).toContain('failure.json');
});

test('a run is open, failed or finished; a result ends a failure', () => {
  const path = prepareJob(root, specification);
  const outcome = () => readOutcome(root, specification.hash);
  expect(outcome()).toEqual({ state: 'open' });
  writeFailure(path, 'no memory');
  expect(outcome()).toMatchObject({ state: 'failed', failure: { message: 'no memory' } });
  const { hash, labels } = specification;
  const result = { hash, labels, metrics: { evalNll: 1 }, seconds: 2, environment: 'Node', commands: [] };
  writeResult(path, result);
  expect(outcome()).toEqual({ state: 'finished', result });
  expect(readdirSync(path).sort()).toEqual(['result.json', 'specification.json']);
});

test('a directory without a specification is refused', () => {
  mkdirSync(directory(), { recursive: true });
  expect(refusal(() => readSpecification(directory()))).toContain(
    'has no specification.json: it is no run of an ablation',
  );
});

test('the specification of another run in a run’s place is refused, and stays', () => {
  const text = JSON.stringify({ ...specification, trains: !specification.trains });
  mkdirSync(directory(), { recursive: true });
  writeFileSync(join(directory(), 'specification.json'), text);
  expect(refusal(() => prepareJob(root, specification))).toContain('choose another directory with --out');
  expect(readFileSync(join(directory(), 'specification.json'), 'utf8')).toBe(text);
});

test('an evaluation that was left half written is none, so that it is made again', () => {
  const file = join(root, 'solved.json');
  expect(readEvaluation(file)).toBeUndefined();
  writeFileSync(file, '{"metrics": {"accu');
  expect(readEvaluation(file)).toBeUndefined();
  const evaluation = { metrics: { accuracy: 1 }, items: [{ correct: true }] };
  writeFileSync(file, JSON.stringify(evaluation));
  expect(readEvaluation(file)).toEqual(evaluation);
});

test.each(['../../x', '..', 'a/b', 'a\\b', 'C:x', '', '\u0000'])('the evaluation %j cannot name a file', (name) => {
  const config = {
    run: 'run.json',
    axes: { seed: [0, 1] },
    evaluations: { [name]: { evaluator: 'gsm8k', data: 'd' } },
  };
  expect(refusal(() => parseAblation(config, 'ablation.json'))).toContain('cannot name a file');
});

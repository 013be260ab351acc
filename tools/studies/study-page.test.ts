import { resultsTable } from '@profit-sft/experiments';
import type { TrainResult } from '@profit-sft/trainer';
import { expect, test } from 'vitest';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publishedExpectation } from './regime.js';
import { repository, type PartResult, type StudyRun } from './run-part.js';
import { studies } from './studies.js';
import { studyPage } from './study-page.js';
import type { StudyPart } from './study.js';

const part: StudyPart = {
  name: 'part',
  title: 'A model on data',
  config: 'grid.json',
  metrics: [
    { name: 'solved.accuracy', title: 'solved', better: 'higher', share: true },
    { name: 'evalNll', title: 'held-out NLL', better: 'lower' },
  ],
  comparisons: [{ question: 'Which or how many?', of: { rule: 'profit' }, with: { rule: 'random' } }],
};

function run(rule: string, seed: number, accuracy: number, evalNll: number): StudyRun {
  const training = { steps: 38, metrics: { evalMeanProbBefore: 0.3, evalNllBefore: 6, keptFraction: 1 } };
  return {
    labels: { rule, seed },
    metrics: { 'solved.accuracy': accuracy, evalNll, keptFraction: rule === 'sft' ? 1 : 0.5 },
    seconds: 90,
    training: training as unknown as TrainResult,
  };
}

/** Each rule's values around a centre, a little different for each seed. */
function result(centres: Readonly<Record<string, readonly [number, number]>>): PartResult {
  const runs = Object.entries(centres).flatMap(([rule, [accuracy, nll]]) =>
    [0, 1, 2].map((seed) => run(rule, seed, accuracy + 0.001 * seed * seed, nll + 0.01 * seed * (rule.length % 3))),
  );
  const metrics = ['solved.accuracy', 'evalNll', 'evalMeanProb', 'keptFraction'];
  return { part, runs, table: resultsTable(runs, { metrics, repeats: 'seed', baseline: { rule: 'sft' } }) };
}

const study = { name: 'rules', title: 'Rules', question: 'Why?', parts: [part] };

test('what is better, worse and undecided is read from the results', () => {
  const page = studyPage(study, [result({ sft: [0.5, 2], profit: [0.2, 1], random: [0.5, 2.001] })], 'a machine');
  expect(page).toContain('solved, better than the baseline: none.');
  expect(page).toMatch(/solved, worse: profit −30\.0 \(.*\), p < 0\.001\./);
  expect(page).toMatch(/solved, no difference shown: random \+0\.0/);
  expect(page).toMatch(/held-out NLL, better than the baseline: profit −1\.0/);
  expect(page).toMatch(
    /Which or how many\? profit against random: solved −30\.0 .*: worse; held-out NLL −1\.\d+ .*: better/,
  );
  expect(page).toContain('| sft | 50.2 % ± 0.1 | baseline |');
  expect(page).toContain('9 runs, 3 seeds, 38 steps each');
  expect(page).toContain('durations add up to 14 minutes');
});

test('with other results it says something else', () => {
  const page = studyPage(study, [result({ sft: [0.2, 1], profit: [0.5, 2], random: [0.2, 1] })], 'a machine');
  expect(page).toMatch(/solved, better than the baseline: profit \+30\.0/);
  expect(page).toMatch(/held-out NLL, worse: profit \+1\.0/);
});

test.each([
  [0.9, /are ahead$/],
  [0.7, /between .* level and ahead/],
  [0.55, /are level with/],
  [0.3, /between .* behind and level/],
  [0.01, /behind, and may fail/],
])('at a mean p of %s', (probability, says) => expect(publishedExpectation(probability)).toMatch(says));

test('each study has its own name, and configurations that are there', () => {
  expect(new Set(studies.map(({ name }) => name)).size).toBe(studies.length);
  const files = studies.flatMap(({ parts }) => parts.map(({ config }) => config));
  expect(files.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
});

import { runInNewContext } from 'node:vm';
import type { RunEvent } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { itemComparisons } from './item-data.js';
import type { ReportData, ReportMetric, ReportRun } from './report-data.js';
import { reportPage } from './report-page.js';
import { reportSections } from './report-sections.js';
import { runProgress } from './run-progress.js';
import { tokenHeatMapScript } from './scripts/token-heat-map-script.js';
import { tokenTraces } from './token-traces.js';

function run(tokens: string, seed: number, parts: Partial<ReportRun> = {}): ReportRun {
  return {
    ...{
      id: `${tokens}-${seed}`,
      title: `tokens ${tokens}, seed ${seed}`,
      labels: { tokens, seed },
      status: 'finished',
    },
    ...{ events: [], skippedLines: 0, evaluations: {}, commands: [] },
    ...parts,
  } as ReportRun;
}

const nothing: ReportData = { title: 'a & b', subtitle: '', runs: [], missing: [] };
const htmlOf = (data: ReportData, id: string): string =>
  reportSections(data).find((section) => section.id === id)!.html;

const counts = { probabilityCounts: new Array<number>(20).fill(1), keptCounts: new Array<number>(20).fill(0) };

function stepEvent(step: number, parts: object = {}): RunEvent {
  return {
    ...{ type: 'step', step, epoch: 0, objective: 1, meanNll: 2, keptFraction: 0.5, meanWeight: 0.5, meanProb: 0.3 },
    ...{ gradientNorm: 1, learningRate: 1e-3, scoredTokens: 10, tokens: 100, seconds: 0.5, ...counts },
    ...parts,
  } as RunEvent;
}

const start = { type: 'start', step: 0, totalSteps: 50, parameters: 1, runtime: 'r', masking: 'm', seed: 0 } as const;

describe('a page of what is there', () => {
  test('has no section, and no script that asks for anything, where there are no runs', () => {
    const page = reportPage({ ...nothing, missing: ['nothing is finished'] });
    expect(page).toContain('<title>a &amp; b</title>');
    expect(page.match(/<section id="[a-z]+"/g)).toEqual(['<section id="runs"']);
    expect(page).toContain('nothing is finished');
    expect(page).not.toMatch(/EventSource|connect-src/);
  });

  test('has a place for every section where it follows runs, and may talk to its own server only', () => {
    const page = reportPage(nothing, { live: { hash: (html) => String(html.length) } });
    expect(page.match(/<section id="[a-z]+"/g)).toHaveLength(11);
    expect(page).toContain('<section id="curves" aria-labelledby="curves-title" data-hash="0" hidden>');
    expect(page).toContain("connect-src 'self'");
  });
});

test('results: digits by the standard error, intervals, corrected p, no interval of one repeat', () => {
  const difference = { mean: -0.1234, lower: -0.2, upper: -0.04, correctedP: 0.0004 };
  const row = (tokens: string, metric: ReportMetric, isBaseline = false) => ({
    ...{ labels: { tokens }, isBaseline, metrics: { accuracy: metric } },
  });
  const html = htmlOf(
    {
      ...nothing,
      repeats: 'seed',
      table: {
        metrics: ['accuracy'],
        rows: [
          row('<sft>', { mean: 0.51234, standardError: 0.0123, count: 3 }, true),
          row('profit', { mean: 0.4, standardError: 0.02, count: 3, difference }),
          row('one seed', { mean: 0.4, count: 1, difference: { mean: 0.1, correctedP: 1 } }),
        ],
      },
    },
    'results',
  );
  expect(html).toContain(
    '&lt;sft&gt; <span class="tag">baseline</span></th><td class="number">3</td><td class="number">0.512 ± 0.012</td><td class="number">–</td>',
  );
  expect(html).toContain(
    '<td class="number">−0.12 [−0.20, −0.04]</td><td class="number"><strong>&lt;\u00a00.001</strong></td>',
  );
  expect(html).toContain('<td class="number">+0.1</td><td class="number">1</td>');
});

describe('the sweep over τ', () => {
  const table = (names: readonly string[]) => ({
    metrics: ['nll'],
    rows: names.map((tokens, index) => ({
      ...{
        labels: { tokens },
        isBaseline: tokens === 'sft',
        metrics: { nll: { mean: index, standardError: 0.1, count: 2 } },
      },
    })),
  });
  const profit = (threshold: number, direction: string) => ({ rule: { name: 'profit', threshold, direction } });

  test('has a line for each direction and a level for the baseline', () => {
    const runs = [
      run('sft', 0, { rule: { name: 'sft' } }),
      run('a', 0, profit(0.1, 'high')),
      run('b', 0, profit(0.5, 'high')),
      run('c', 0, profit(0.1, 'low')),
    ];
    const html = htmlOf({ ...nothing, repeats: 'seed', runs, table: table(['sft', 'a', 'b', 'c']) }, 'threshold');
    expect(html.match(/<svg /g)).toHaveLength(1);
    for (const name of ['trains on p &gt; τ', 'trains on p ≤ τ', 'sft']) expect(html).toContain(`>${name}</text>`);
    expect(html.match(/class="error"/g)).toHaveLength(3);
    expect(html.match(/<circle /g)).toHaveLength(3);
  });

  test('is not there for one threshold, or for tokens kept at random', () => {
    const one = [run('a', 0, profit(0.1, 'high')), run('c', 0, profit(0.1, 'low')), run('r', 0, profit(0.7, 'random'))];
    expect(htmlOf({ ...nothing, runs: one, repeats: 'seed', table: table(['a', 'c', 'r']) }, 'threshold')).toBe('');
  });
});

test('curves are means over repeats, in bands; a log without counts gives no histogram', () => {
  const events = (nll: number, parts = {}) => [
    start,
    ...[1, 2, 3].map((step) => stepEvent(step, { meanNll: nll, ...parts })),
  ];
  const runs = [
    run('a', 0, { events: events(1) }),
    run('a', 1, { events: events(3) }),
    run('b', 0, { events: events(5) }),
  ];
  const data = { ...nothing, repeats: 'seed', runs };
  const curves = htmlOf(data, 'curves');
  expect(curves).toContain('a ends at 2.000; b ends at 5.000');
  expect(curves.match(/class="band"/g)).toHaveLength(1);
  expect(htmlOf(data, 'probabilities').match(/<svg /g)).toHaveLength(2);
  const old = [run('a', 0, { events: events(1, { probabilityCounts: undefined, keptCounts: undefined }) })];
  expect(htmlOf({ ...nothing, runs: old }, 'probabilities')).toBe('');
  expect(htmlOf({ ...nothing, runs: old }, 'curves')).not.toBe('');
});

test('progress: time left by the speed of the last steps', () => {
  const events = [start, ...Array.from({ length: 10 }, (_, index) => stepEvent(index + 1))];
  expect(runProgress({ events })).toEqual({
    step: 10,
    totalSteps: 50,
    tokensPerSecond: 200,
    secondsLeft: 20,
    trainNll: 2,
  });
  expect(runProgress({ events: [] })).toBeUndefined();
  const html = htmlOf({ ...nothing, runs: [run('a', 0, { events, status: 'running' })] }, 'runs');
  expect(html).toMatch(/10 \/ 50<\/td><td class="number">20 s<\/td><td class="number">200<\/td>/);
});

describe('items', () => {
  const items = (values: readonly (boolean | number)[], field = 'correct') => ({
    test: {
      items: values.map((value, row) => ({ row, prompt: `question ${row}`, text: `answer ${row}`, [field]: value })),
    },
  });

  test('are embedded once, with each run’s values and texts', () => {
    const runs = [
      run('a', 0, { evaluations: items([true, false]) }),
      run('a', 1, { evaluations: items([true, true]) }),
      run('b', 0),
    ];
    expect(itemComparisons({ ...nothing, repeats: 'seed', runs })).toEqual({
      runs: runs.map(({ id, title }) => ({ id, title })),
      groups: [
        { title: 'a', runs: [0, 1] },
        { title: 'b', runs: [2] },
      ],
      evaluations: [
        {
          ...{ name: 'test', field: 'correct', isTruth: true },
          shared: [{ prompt: 'question 0' }, { prompt: 'question 1' }],
          byRun: [
            { run: 0, values: [1, 0], texts: ['answer 0', 'answer 1'] },
            { run: 1, values: [1, 1], texts: ['answer 0', 'answer 1'] },
          ],
        },
      ],
    });
  });

  test('of numbers are compared by the NLL; of a single run there is nothing to compare', () => {
    const runs = [
      run('a', 0, { evaluations: items([1, 2], 'meanNll') }),
      run('b', 0, { evaluations: items([3, 4], 'meanNll') }),
    ];
    expect(itemComparisons({ ...nothing, runs })?.evaluations[0]).toMatchObject({ field: 'meanNll', isTruth: false });
    expect(itemComparisons({ ...nothing, runs: runs.slice(0, 1) })).toBeUndefined();
  });

  test('of many and long texts keep the page small', () => {
    const long = Array.from({ length: 400 }, (_, row) => ({
      row,
      prompt: 'p',
      text: 'x'.repeat(2000),
      correct: row % 2 === 0,
    }));
    const runs = Array.from({ length: 20 }, (_, seed) => run('a', seed, { evaluations: { test: { items: long } } }));
    expect(JSON.stringify(itemComparisons({ ...nothing, repeats: 'seed', runs })).length).toBeLessThan(2_000_000);
  });
});

test('traced tokens: what the page’s script decodes is what was recorded, and masked is exactly weight 0', () => {
  const logProbs = [
    [-0.001, -2.3, -30],
    [-1, -0.5, -7.25],
  ];
  const weights = [
    [1, 0, 0.001],
    [0, 2, 1],
  ];
  const events = logProbs.map((own, step): RunEvent => {
    const texts = step === 0 ? { texts: ['<s>', ' a', 'b', '\n'], targets: [1, 2, 3] } : {};
    return { type: 'tokens', step, examples: [{ ...texts, logProbs: own, weights: weights[step] }] };
  });
  const traces = tokenTraces({ runs: [run('a', 0, { events })] })!;
  expect(traces.texts).toEqual([{ context: '<s>', tokens: [' a', 'b', '\n'] }]);
  const { cells, greatestWeight } = traces.runs[0].examples[0];
  expect(greatestWeight).toBe(2);
  const decode = runInNewContext(`${tokenHeatMapScript}; decodedCell`) as (
    cells: string,
    index: number,
  ) => { logProb: number; level: number };
  for (let token = 0; token < 3; token++) {
    for (let step = 0; step < 2; step++) {
      const { logProb, level } = decode(cells, token * 2 + step);
      expect(logProb).toBeCloseTo(Math.max(-20.475, logProbs[step][token]), 2);
      expect(level === 0).toBe(weights[step][token] === 0);
    }
  }
});

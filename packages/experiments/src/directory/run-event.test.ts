import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { probabilityBins } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { CachedFiles } from './cached-files.js';
import { isRunEvent } from './run-event.js';

const bins = new Array<number>(probabilityBins).fill(1);
const start = { type: 'start', step: 0, totalSteps: 4, parameters: 9, runtime: 'r', masking: 'sft', seed: 0 };
const step = {
  ...{ type: 'step', step: 1, epoch: 0.1, objective: 1, meanNll: 1, keptFraction: 1, meanWeight: 1, meanProb: 0.5 },
  ...{ gradientNorm: null, learningRate: 0.1, scoredTokens: 2, tokens: 3, seconds: 0.5 },
  ...{ probabilityCounts: bins, keptCounts: bins },
};
const evaluation = {
  ...{ type: 'evaluation', step: 0, meanNll: 1, objective: 1, keptFraction: 1, meanProb: 0.5, tokens: 3 },
};
const example = { texts: ['a', 'b'], targets: [1], logProbs: [-1], weights: [0] };
const tokens = { type: 'tokens', step: 0, examples: [example, { logProbs: [-1, -2], weights: [1, 1] }] };

test.each([
  start,
  step,
  { ...step, overflowed: true },
  evaluation,
  tokens,
  { type: 'memory', step: 0, parts: [{ name: 'weights', bytes: 1 }], total: 1, notes: [] },
  { type: 'checkpoint', step: 2, directory: '/a' },
  { type: 'warning', step: 2, code: 'slow', message: 'is slow' },
  { type: 'resume', step: 2, directory: '/a' },
  { type: 'end', step: 4, status: 'completed' },
])('$type is an event', (event) => {
  expect(isRunEvent(event)).toBe(true);
});

test('a log of before probabilities were recorded is read', () => {
  const { probabilityCounts: _, keptCounts: __, ...old } = step;
  expect(isRunEvent(old)).toBe(true);
});

test.each<[what: string, value: unknown]>([
  ['null', null],
  ['a list', [start]],
  ['no step', { ...start, step: undefined }],
  ['a step before the first', { ...start, step: -1 }],
  ['an unknown type', { ...start, type: 'constructor' }],
  ['markup in place of a number', { ...start, totalSteps: '"><img src=x onerror=alert(1)>' }],
  ['a text in place of a number', { ...step, seconds: '0.5' }],
  ['a number that is none', { ...evaluation, meanNll: null }],
  ['too few bins', { ...step, keptCounts: [1] }],
  ['a warning without a message', { type: 'warning', step: 1, code: 'x' }],
  ['no examples', { type: 'tokens', step: 0 }],
  ['an example without weights', { ...tokens, examples: [{ logProbs: [-1] }] }],
  ['more weights than targets', { ...tokens, examples: [{ ...example, weights: [1, 1] }] }],
  ['a target beyond the texts', { ...tokens, examples: [{ ...example, targets: [2] }] }],
  ['texts without targets', { ...tokens, examples: [{ ...example, targets: undefined }] }],
])('%s is none', (_, value) => {
  expect(isRunEvent(value)).toBe(false);
});

test('a log gives its events and counts the other lines', () => {
  const folder = mkdtempSync(join(tmpdir(), 'profit-events-'));
  const log = join(folder, 'events.jsonl');
  writeFileSync(log, [start, { ...step, tokens: '3' }, step].map((event) => `${JSON.stringify(event)}\n`).join(''));
  expect(new CachedFiles().events(log)).toEqual({ events: [start, step], skippedLines: 1 });
  rmSync(folder, { recursive: true });
});

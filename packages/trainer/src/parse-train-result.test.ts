import { InvalidConfigError } from '@profit-sft/core';
import { expect, test } from 'vitest';
import { parseTrainResult } from './parse-train-result.js';

const report = { rows: 1, examples: 1, dropped: 0, truncated: 0, withoutTargets: 0, tokens: 9, targets: 5 };
const result = {
  ...{ status: 'completed', steps: 4, totalSteps: 4, skippedSteps: 0, tokens: 9, scoredTokens: 5, seconds: 1.5 },
  metrics: { evalNll: 2, keptFraction: 0.5 },
  model: '/a/model',
  masking: { name: 'profit', normaliser: 'kept' },
  data: { train: report, evaluation: report },
};

test('a result is as it was written', () => {
  expect(parseTrainResult(result, 'result.json')).toEqual(result);
});

test.each<[what: string, value: unknown, message: RegExp]>([
  ['null', null, /expected an object|expected object/],
  ['no metrics', { ...result, metrics: undefined }, /metrics: is required/],
  ['a metric that is a text', { ...result, metrics: { evalNll: '2' } }, /metrics\.evalNll: expected number, got "2"/],
  ['another status', { ...result, status: 'running' }, /status: expected/],
  ['counts that are none', { ...result, data: { train: { rows: -1 } } }, /data\.train\.rows: expected/],
])('%s is refused by the name of the file', (_, value, message) => {
  const parse = () => parseTrainResult(value, '/a/result.json');
  expect(parse).toThrow(InvalidConfigError);
  expect(parse).toThrow('/a/result.json');
  expect(parse).toThrow(message);
});

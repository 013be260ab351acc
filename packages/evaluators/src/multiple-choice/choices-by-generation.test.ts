import type { Evaluator, Row } from '@profit-sft/core';
import { describeEvaluator } from '@profit-sft/testing';
import { describe, expect, test } from 'vitest';
import { writingContext, type WritingModelOptions } from '../testing-model/writing-model.js';
import { arcChallengeGeneration } from './arc-challenge-generation.js';
import { arcChallenge } from './arc-challenge.js';
import { hellaswagGeneration } from './hellaswag-generation.js';
import { hellaswag } from './hellaswag.js';
import { mmluProLikelihood } from './mmlu-pro-likelihood.js';
import { mmluPro } from './mmlu-pro.js';

const arcRows: Row[] = [
  { prompt: 'Hot? ', metadata: { choices: { text: ['ice', 'sun', 'moon'], label: ['1', '2', '3'] }, answerKey: '2' } },
  { prompt: 'Wet?', metadata: { choices: { text: ['sea', 'sand'], label: ['A', 'B'] }, answerKey: 'A' } },
];
const hellaswagRows: Row[] = [
  {
    prompt: 'unused',
    metadata: { activity_label: 'Run', ctx_a: 'A dog runs.', ctx_b: 'it', endings: ['sings.', 'rests.'], label: '1' },
  },
];
const mmluRow = (prompt: string, category: string, solution = ''): Row => ({
  prompt,
  metadata: { options: ['p', 'q', 'r'], answer: 'C', answer_index: 2, category, cot_content: solution },
});
const mmluRows = [
  mmluRow('Example?', 'law', "A: Let's think step by step. The answer is (C)."),
  mmluRow('Asked?', 'law'),
];

async function ask(evaluator: Evaluator, rows: Row[], write: WritingModelOptions['write']) {
  const { context, calls } = writingContext(rows, { write });
  return { ...(await evaluator.evaluate(context)), calls };
}

test('ARC by letter: the labels of the prompt are letters, whatever those of the row', async () => {
  const write = (prompt: string) => (prompt.includes('Hot') ? 'The best answer is B.' : 'I do not know.');
  const { metrics, items, calls } = await ask(arcChallengeGeneration(), arcRows, write);
  expect(calls[0].prompts[0]).toBe(
    'Given the following question and candidate answers (A, B and C), choose the best answer.\nQuestion: Hot?\nA. ice\nB. sun\nC. moon\n' +
      'Your response should end with "The best answer is [the_letter_of_the_choice]" where the [the_letter_of_the_choice] is one of A, B or C.',
  );
  expect(metrics).toMatchObject({ 'avg@1': 0.5, questions: 2, answered: 1 });
  expect(items[0]).toMatchObject({ extracted: 'B', expected: 'B', correct: true, options: ['ice', 'sun', 'moon'] });
  expect(items[1]).toMatchObject({ extracted: null, reason: 'no answer', correct: false });
});

test('HellaSwag by letter', async () => {
  const { metrics, calls } = await ask(hellaswagGeneration(), hellaswagRows, () => ' B');
  expect(calls[0].prompts).toEqual([
    "Run: A dog runs. It\nQuestion: Which ending makes the most sense?\nA. sings.\nB. rests.\nYou may choose from 'A', 'B'.\nAnswer:",
  ]);
  expect(metrics).toMatchObject({ 'avg@1': 1 });
});

describe('MMLU-Pro', () => {
  test.each([
    ['… so the answer is (C). Question: what else? The answer is (A).', 'C', true],
    ['the answer is C', 'C', true],
    ['the answer is (A), no, the answer is (C)', 'A', false],
    ['Answer: C', null, false],
    ['', null, false],
  ])('%j', async (text, extracted, correct) => {
    const { items, metrics } = await ask(mmluPro({ shots: 1 }), mmluRows, () => text);
    expect(items.at(-1)).toMatchObject({ row: 1, category: 'law', extracted, expected: 'C', correct });
    expect(items[0]).toEqual({ row: 0, problem: 'is an example in the prompts of others' });
    expect(metrics).toMatchObject({ questions: 1, ungraded: 1 });
  });

  test('a question whose category has too few examples is not asked', async () => {
    const rows = [...mmluRows, mmluRow('Other?', 'art')];
    const { items, calls } = await ask(mmluPro({ shots: 1 }), rows, () => 'the answer is (C)');
    expect(calls[0].prompts).toHaveLength(1);
    expect(items).toContainEqual({ row: 2, problem: 'its category art has 0 of 1 examples (rows with "cot_content")' });
    await expect(ask(mmluPro(), rows, () => '')).rejects.toThrow(/is an example .* map MMLU-Pro’s own/);
    const zero = await ask(mmluPro({ shots: 0, category: 'art' }), rows, () => 'the answer is (C)');
    expect(zero.metrics).toMatchObject({ 'avg@1': 1, questions: 1 });
    expect(zero.calls[0].prompts[0]).toMatch(
      /^The following .* about art\. .*\n\nQuestion:\nOther\?\nOptions:\nA\. p\n/,
    );
  });
});

describeEvaluator(arcChallenge, { cases: [{ rows: arcRows, headline: 'normalisedAccuracy', items: 2 }] });
describeEvaluator(hellaswag, { cases: [{ rows: hellaswagRows, headline: 'normalisedAccuracy', items: 1 }] });
describeEvaluator(mmluProLikelihood, {
  options: { shots: 1 },
  cases: [{ rows: mmluRows, headline: 'accuracy', items: 2 }],
});
describeEvaluator(arcChallengeGeneration, {
  options: { maxTokens: 4 },
  cases: [{ rows: arcRows, headline: 'avg@1', items: 2 }],
});
describeEvaluator(hellaswagGeneration, {
  options: { maxTokens: 4 },
  cases: [{ rows: hellaswagRows, headline: 'avg@1', items: 1 }],
});
describeEvaluator(mmluPro, {
  options: { shots: 1, maxTokens: 4 },
  cases: [{ rows: mmluRows, headline: 'avg@1', items: 2 }],
});

import type { Row, Tokenizer, TrainableModel } from '@profit-sft/core';
import { packExamples } from '@profit-sft/datasets';
import { describe, expect, test } from 'vitest';
import {
  bigramLanguageModel,
  characterTokenizer,
  contextOf,
  datasetOf,
} from '../testing-model/bigram-language-model.js';
import { arcChallenge } from './arc-challenge.js';
import { chooseOption } from './choose-option.js';
import { type hellaswag } from './hellaswag.js';
import { mmluProLikelihood } from './mmlu-pro-likelihood.js';

/** `x` follows `x` with 1/2, anything else has the same share of what is left. */
const alphabet = [...new Set('Question: \nAnswer:xyzé?abcdefghijklmnopqrstuvw.ABCDEFG')].join('');
const tokenizer = characterTokenizer(alphabet) as unknown as Tokenizer;
const size = [...alphabet].length + 1;
const at = [...alphabet].indexOf('x');
const other = 0.5 / (size - 1);
const table = Array.from({ length: size }, (_, before) =>
  Array.from({ length: size }, (_, after) => (before === at ? (after === at ? 0.5 : other) : 1 / size)),
);

const evaluate = (
  plugin: typeof arcChallenge | typeof hellaswag | typeof mmluProLikelihood,
  rows: readonly Row[],
  {
    maxPositions = 1000,
    probability = table,
    ...options
  }: { maxPositions?: number; probability?: number[][]; shots?: number; category?: string } = {},
) => {
  const progress: number[] = [];
  const seen: string[] = [];
  const bigram = bigramLanguageModel(probability, size - 1);
  const model = { ...bigram, description: { maxPositions } } as unknown as TrainableModel;
  const result = (plugin as typeof mmluProLikelihood)(options).evaluate(
    contextOf({
      ...{ model, tokenizer, dataset: datasetOf(rows), onProgress: (done) => void progress.push(done) },
      pack: (examples) => {
        seen.push(...examples.map(({ tokens }) => tokenizer.decode(tokens)));
        return packExamples(examples, { maxTokens: 4000, packing: true });
      },
    }),
  );
  return result.then((value) => ({ ...value, progress, seen }));
};
const arc = (prompt: string, text: string[], answerKey: string): Row => ({
  prompt,
  metadata: { choices: { text, label: text.map((_, index) => String.fromCharCode(65 + index)) }, answerKey },
});

test('log-likelihoods are those of the option’s tokens after the context, and choices follow', async () => {
  const rows = [arc('a?', ['xxxx', 'yy'], 'A'), arc('b?', ['zz', 'xxx'], 'A'), arc('c?', ['éé', 'yyyy'], 'B')];
  const { metrics, items, progress, seen } = await evaluate(arcChallenge, rows);
  const one = Math.log(1 / size);
  expect(seen[0]).toBe('Question: a?\nAnswer: xxxx');
  const [first] = items;
  expect((first.logLikelihoods as number[])[0]).toBeCloseTo(2 * one + 3 * Math.log(0.5), 4);
  expect((first.logLikelihoods as number[])[1]).toBeCloseTo(3 * one, 4);
  // Per character x wins in the first two; in the third both have the same characters' worth, and é two bytes.
  expect(items.map(({ chosen }) => chosen)).toEqual([
    { normalisedAccuracy: 0, accuracy: 0, byteNormalisedAccuracy: 0 },
    { normalisedAccuracy: 1, accuracy: 1, byteNormalisedAccuracy: 1 },
    { normalisedAccuracy: 1, accuracy: 0, byteNormalisedAccuracy: 0 },
  ]);
  expect(Object.keys(metrics).slice(0, 3)).toEqual(['normalisedAccuracy', 'accuracy', 'byteNormalisedAccuracy']);
  expect(metrics).toMatchObject({
    ...{ normalisedAccuracy: 2 / 3, accuracy: 1 / 3, byteNormalisedAccuracy: 1 / 3 },
    ...{ questions: 3, items: 3, truncated: 0, ungraded: 0, normalisedAccuracyUpper: 1 },
  });
  expect(first).toMatchObject({ row: 0, question: 'a?', options: ['xxxx', 'yy'], gold: 0, correct: true });
  expect(progress).toEqual([3]);
});

test('more questions than are held at once', async () => {
  const rows = Array.from({ length: 300 }, (_, index) => arc('a?', ['xx', 'yy'], index % 3 === 0 ? 'A' : 'B'));
  const { metrics, items, progress } = await evaluate(arcChallenge, rows);
  expect(metrics).toMatchObject({ accuracy: 1 / 3, questions: 300 });
  expect(items.map(({ row }) => row)).toEqual([...rows.keys()]);
  expect(progress).toEqual([128, 256, 300]);
});

describe('examples', () => {
  test('are the first rows, and are not scored', async () => {
    const rows = [arc('a?', ['x', 'y'], 'B'), arc('b?', ['x', 'z'], 'A')];
    const { metrics, items, seen } = await evaluate(arcChallenge, rows, { shots: 1 });
    expect(seen).toEqual(['x', 'z'].map((option) => `Question: a?\nAnswer: y\n\nQuestion: b?\nAnswer: ${option}`));
    expect(metrics).toMatchObject({ questions: 1, ungraded: 1, items: 2 });
    expect(items[0]).toEqual({ row: 0, problem: 'is an example in the prompts of others' });
    await expect(evaluate(arcChallenge, rows, { shots: 2 })).rejects.toThrow(/no row can be scored: is an example/);
  });

  test('of MMLU-Pro are of the question’s category', async () => {
    const question = (prompt: string, category: string, more: object = {}): Row => ({
      prompt,
      metadata: { options: ['x', 'y'], answer: 'B', answer_index: 1, category, ...more },
    });
    const worked = { cot_content: 'A: So.' };
    const rows = [
      question('a?', 'law', worked),
      question('b?', 'math', worked),
      question('c?', 'math'),
      question('d?', 'art'),
    ];
    const { metrics, items, seen } = await evaluate(mmluProLikelihood, rows, { shots: 1 });
    const before = 'b?\nA. x\nB. y\nAnswer: B\n\nc?\nA. x\nB. y\nAnswer:';
    expect(seen).toEqual([`${before} A`, `${before} B`]);
    expect(metrics).toMatchObject({ questions: 1, ungraded: 3, items: 4 });
    expect(Object.keys(metrics)[0]).toBe('accuracy');
    expect(items[2]).toMatchObject({ category: 'math', gold: 1 });
    expect(items[3]).toEqual({ row: 3, problem: 'its category art has 0 of 1 examples (rows with "cot_content")' });
    await expect(evaluate(mmluProLikelihood, rows, { category: 'law' })).rejects.toThrow(
      /validation \(the examples\) and test/,
    );
    const art = await evaluate(mmluProLikelihood, rows, { category: 'art', shots: 0 });
    expect(art.metrics).toMatchObject({ questions: 1 });
  });
});

describe('bad input', () => {
  test('rows that are no question are left out and say why', async () => {
    const { metrics, items } = await evaluate(arcChallenge, [
      { text: 'a' },
      arc('a?', ['x', 'y'], 'A'),
      arc('b?', ['x', 'y'], 'Z'),
    ]);
    expect(metrics).toMatchObject({ accuracy: 1, questions: 1, ungraded: 2, items: 3 });
    expect(items[0]).toEqual({ row: 0, problem: 'has no question' });
    expect(items[2]).toEqual({ row: 2, problem: 'its "answerKey" is none of its labels, A, B' });
    await expect(evaluate(arcChallenge, [{ text: 'a' }])).rejects.toThrow(
      /rows.jsonl:1: has no question, and no other row.*map ARC’s own with the column prompt: question/,
    );
    await expect(evaluate(arcChallenge, [])).rejects.toThrow(/no rows/);
  });

  test('a context that is too long loses its beginning; an option that is too long is a problem', async () => {
    const rows = [arc('a'.repeat(100), ['xxx', 'yyy'], 'A'), arc('b?', ['x'.repeat(60), 'y'], 'A')];
    const { metrics, items, seen } = await evaluate(arcChallenge, rows, { maxPositions: 50 });
    expect(seen[0]).toBe(`${'a'.repeat(38)}\nAnswer: xxx`);
    expect(metrics).toMatchObject({ questions: 1, truncated: 1, ungraded: 1 });
    expect(items[0]).toMatchObject({ truncatedTokens: 72, correct: true });
    expect(items[1]).toEqual({
      row: 1,
      problem: 'its option 0 has 61 tokens, and the model allows 1 to 49 after a context',
    });
  });

  test('a model that gives no number is an error that names the row', async () => {
    const probability = table.map((row) => row.map(() => NaN));
    await expect(evaluate(arcChallenge, [arc('a?', ['x', 'y'], 'A')], { probability })).rejects.toThrow(
      /log-likelihood of an option of rows.jsonl:1 is not finite/,
    );
  });
});

test('of equals the first is chosen, and an empty option only where length does not count', () => {
  expect(chooseOption(['a', 'b'], [-1, -1], 'none')).toBe(0);
  expect(chooseOption(['', 'abc'], [-1, -9], 'none')).toBe(0);
  expect(chooseOption(['', 'abc'], [-1, -9], 'characters')).toBe(1);
  expect(chooseOption(['🙂🙂', 'abc'], [-5, -6], 'characters')).toBe(1);
  expect(chooseOption(['🙂🙂', 'abc'], [-5, -6], 'bytes')).toBe(0);
});

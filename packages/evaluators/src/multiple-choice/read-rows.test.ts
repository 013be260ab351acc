import type { Json } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { readArcRow } from './read-arc-row.js';
import { cleanHellaswagText, readHellaswagRow } from './read-hellaswag-row.js';
import { readMmluProRow } from './read-mmlu-pro-row.js';

const row = (metadata: Record<string, Json>, prompt = 'Which?') => ({ prompt, metadata });

describe('rows of ARC', () => {
  const choices = { text: ['a', 'b', 'c'], label: ['A', 'B', 'C'] };
  test('with labels of letters and of numbers', () => {
    expect(readArcRow(row({ choices, answerKey: 'C' }))).toEqual({
      question: 'Which?',
      options: ['a', 'b', 'c'],
      gold: 2,
    });
    const numbered = { text: ['a', 'b'], label: ['1', '2'] };
    expect(readArcRow(row({ choices: numbered, answerKey: '1' }))).toMatchObject({ gold: 0 });
    expect(readArcRow(row({ choices: numbered, answerKey: 2 }))).toMatchObject({ gold: 1 });
  });
  test.each<[Record<string, Json>, RegExp]>([
    [{ answerKey: 'A' }, /no "choices"/],
    [{ choices: null, answerKey: 'A' }, /no "choices"/],
    [{ choices: ['a', 'b'], answerKey: 'A' }, /no "choices"/],
    [{ choices: { text: ['a', 'b'], label: ['A'] }, answerKey: 'A' }, /no "choices"/],
    [{ choices: { text: ['a'], label: ['A'] }, answerKey: 'A' }, /no "choices"/],
    [{ choices: { text: ['a', 1], label: ['A', 'B'] }, answerKey: 'A' }, /no "choices"/],
    [{ choices, answerKey: 'D' }, /none of its labels, A, B, C/],
    [{ choices }, /none of its labels/],
  ])('%j', (metadata, problem) => {
    expect(readArcRow(row(metadata))).toEqual({ problem: expect.stringMatching(problem) });
  });
  test('without a question', () => {
    expect(readArcRow(row({ choices, answerKey: 'A' }, ' '))).toEqual({ problem: 'has no question' });
    expect(readArcRow({ text: 'a' })).toEqual({ problem: 'has no question' });
    expect(readArcRow({ prompt: 'a' })).toMatchObject({ problem: expect.anything() });
  });
});

describe('rows of HellaSwag', () => {
  const whole = {
    activity_label: 'Swimming',
    ctx_a: 'A man swims.',
    ctx_b: 'the Man',
    endings: ['is wet.', 'flies.'],
    label: '1',
  };
  test('make a question of activity and context', () => {
    expect(readHellaswagRow(row(whole))).toEqual({
      ...{ question: 'Swimming: A man swims. The man', options: ['is wet.', 'flies.'], gold: 1 },
    });
    expect(readHellaswagRow(row({ ...whole, ctx_b: '', label: 0 }))).toMatchObject({
      question: 'Swimming: A man swims.',
      gold: 0,
    });
  });
  test('are cleaned of markup', () => {
    expect(cleanHellaswagText(' [header] How [title] Do. [step] it  now [unclosed ')).toBe(
      ' How. Do. it now [unclosed',
    );
  });
  test.each<[Record<string, Json>, RegExp]>([
    [{ ...whole, label: '' }, /"label" is no index.*not public/],
    [{ ...whole, label: '2' }, /"label"/],
    [{ ...whole, label: null }, /"label"/],
    [{ ...whole, label: 'x' }, /"label"/],
    [{ ...whole, endings: 'is wet.' }, /"endings"/],
    [{ ...whole, ctx_b: 3 }, /"ctx_b"/],
    [{}, /"activity_label"/],
  ])('%j', (metadata, problem) => {
    expect(readHellaswagRow(row(metadata))).toEqual({ problem: expect.stringMatching(problem) });
  });
});

describe('rows of MMLU-Pro', () => {
  const whole = { options: ['a', 'b', 'c'], answer: 'B', answer_index: 1, category: 'law', cot_content: '' };
  test('by index or letter, with a worked solution or without', () => {
    const expected = { question: 'Which?', options: ['a', 'b', 'c'], gold: 1, category: 'law' };
    expect(readMmluProRow(row(whole))).toEqual(expected);
    const { answer_index: _, ...byLetter } = whole;
    expect(readMmluProRow(row({ ...byLetter, cot_content: 'A: So.' }))).toEqual({
      ...expected,
      workedSolution: 'A: So.',
    });
  });
  test.each<[Record<string, Json>, RegExp]>([
    [{ ...whole, options: ['a'] }, /"options"/],
    [{ ...whole, options: Array.from({ length: 27 }, String) }, /"options"/],
    [{ ...whole, answer_index: 3 }, /"answer_index"/],
    [{ ...whole, answer_index: null, answer: 'D' }, /"answer"/],
    [{ ...whole, category: '' }, /"category"/],
  ])('%j', (metadata, problem) => {
    expect(readMmluProRow(row(metadata))).toEqual({ problem: expect.stringMatching(problem) });
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it, test } from 'vitest';
import { toRow } from './rows.js';
import { generateProblems } from './problems.js';

const train = generateProblems({ seed: 1, count: 600, split: 'train' });
const heldOut = generateProblems({ seed: 1, count: 300, split: 'held-out' });
const all = [...train, ...heldOut];

/** The equations that stand in a text, read without knowing how they were written. */
function equationsIn(text: string): number[][] {
  return [...text.matchAll(/(\d+) ([-+*/]) (\d+) = (\d+)/g)].map(([, left, operator, right, result]) => {
    const [a, b] = [Number(left), Number(right)];
    const value = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b;
    return [a, b, Number(result), value];
  });
}

describe('generateProblems', () => {
  it('gives the same problems for the same seed, and others for another', () => {
    expect(generateProblems({ seed: 1, count: 600, split: 'train' })).toEqual(train);
    const other = generateProblems({ seed: 2, count: 600, split: 'train' });
    expect(other.map((problem) => problem.prompt)).not.toEqual(train.map((problem) => problem.prompt));
  });

  it('gives the first problems of a longer list when asked for fewer', () => {
    expect(generateProblems({ seed: 1, count: 10, split: 'train' })).toEqual(train.slice(0, 10));
  });

  it('calculates rightly in every reference, and ends with the result of the last equation', () => {
    for (const problem of all) {
      for (const { text } of problem.references) {
        const equations = equationsIn(text);
        expect(equations.length).toBe(problem.equations.length);
        for (const [, , written, value] of equations) expect(written, text).toBe(value);
        const [, answer] = /The answer is (\d+)\.$/.exec(text)!;
        expect(Number(answer), text).toBe(equations[equations.length - 1][2]);
        expect(Number(answer)).toBe(problem.answer);
      }
    }
  });

  it('takes every number of a first equation from the story, and all numbers from 1 to 99', () => {
    for (const problem of all) {
      const told = new Set(problem.prompt.match(/\d+/g)!.map(Number));
      const { left, right } = problem.equations[0];
      expect(told.has(left) && told.has(right), problem.prompt).toBe(true);
      for (const equation of problem.equations) {
        for (const value of [equation.left, equation.right, equation.result]) {
          expect(Number.isInteger(value) && value >= 1 && value <= 99).toBe(true);
        }
      }
    }
  });

  it('words the references of a problem differently', () => {
    for (const { references } of all) {
      expect(references.length).toBe(6);
      expect(new Set(references.map((reference) => reference.text)).size).toBe(6);
      expect(new Set(references.map((reference) => reference.style)).size).toBe(6);
    }
  });

  it('words more references than there are styles, all differently, with one core', () => {
    for (const { references } of generateProblems({ seed: 2, count: 200, split: 'train', references: 12 })) {
      expect(new Set(references.map((reference) => reference.text)).size).toBe(12);
      expect(new Set(references.slice(0, 8).map((reference) => reference.style)).size).toBe(8);
      const equations = references.map(({ text }) => text.match(/\d+ [-+*/] \d+ = \d+|The answer is \d+/g)!.join('\n'));
      expect(new Set(equations).size).toBe(1);
    }
  });

  it('gives the demo the bytes that its base model and its figures were made with', () => {
    const bytes = JSON.stringify([...train, ...heldOut].map(toRow));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '143cbec20c4bc72511e3e81cc43123cc4150deff333ab3eeeca15fec5bfad5b3',
    );
  });

  it('marks every character of a reference, numbers always as core', () => {
    for (const { references, equations, answer } of all) {
      for (const { text, spans } of references) {
        expect(spans[0].start).toBe(0);
        expect(spans[spans.length - 1].end).toBe(text.length);
        for (const [index, span] of spans.entries()) {
          if (index > 0) expect(span.start).toBe(spans[index - 1].end);
          expect(span.end).toBeGreaterThan(span.start);
          const part = text.slice(span.start, span.end);
          if (span.kind === 'wording') expect(part).not.toMatch(/\d/);
          if (span.kind === 'equation') expect(part).toMatch(/^ ?\d+ [-+*/] \d+ = \d+$/);
          if (span.kind === 'answer') expect(part).toBe(` The answer is ${answer}.`);
        }
        expect(spans.filter((span) => span.kind === 'equation').length).toBe(equations.length);
        expect(spans.filter((span) => span.kind === 'answer').length).toBe(1);
      }
    }
  });

  it('shares one core among the references of a problem', () => {
    for (const { references } of all) {
      const cores = references.map(({ text, spans }) =>
        spans
          .filter((span) => span.kind !== 'wording')
          .map((span) => text.slice(span.start, span.end).trim())
          .join('\n'),
      );
      expect(new Set(cores).size).toBe(1);
    }
  });

  it('has problems of one, two and three steps and of every operator', () => {
    const steps = train.map((problem) => problem.equations.length);
    for (const count of [1, 2, 3]) expect(steps.filter((value) => value === count).length).toBeGreaterThan(30);
    const operators = train.flatMap((problem) => problem.equations.map((equation) => equation.operator));
    for (const operator of ['+', '-', '*', '/']) {
      expect(operators.filter((value) => value === operator).length).toBeGreaterThan(30);
    }
    expect(new Set(train.map((problem) => problem.scenario)).size).toBeGreaterThan(18);
  });

  it('keeps training and held-out problems apart, in text, equations and the numbers told', () => {
    const key = ({ equations }: (typeof all)[number]): string => JSON.stringify(equations);
    const prompts = new Set(train.map((problem) => problem.prompt));
    expect(prompts.size).toBe(train.length);
    const equations = new Set(train.map(key));
    const told = ({ prompt }: (typeof all)[number]): string => [...new Set(prompt.match(/\d+/g))].sort().join(' ');
    const numbers = new Set(train.map(told));
    for (const problem of heldOut) {
      expect(prompts.has(problem.prompt)).toBe(false);
      expect(equations.has(key(problem))).toBe(false);
      expect(numbers.has(told(problem))).toBe(false);
    }
  });
});

test('rows say which characters of a reference are core', () => {
  for (const { references, labelledSpans } of generateProblems({ seed: 3, count: 50, split: 'train' }).map(toRow)) {
    references.forEach((reference, index) => {
      const trivial = labelledSpans[index].filter(({ label }) => label === 'trivial');
      const core = labelledSpans[index].filter(({ label }) => label === 'core');
      expect(trivial.map(({ start, end }) => reference.slice(start, end)).join('')).not.toMatch(/\d/);
      expect(core.map(({ start, end }) => reference.slice(start, end)).at(-1)).toMatch(/^ The answer is \d+\.$/);
    });
  }
});

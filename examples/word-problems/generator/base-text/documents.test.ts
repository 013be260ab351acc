import { describe, expect, it } from 'vitest';
import { generateProblems } from '../problems.js';
import { baseDocuments } from './documents.js';
import { numberInWords } from './number-words.js';

function take(seed: number, count: number): string[] {
  const documents = baseDocuments(seed);
  return Array.from({ length: count }, () => documents.next().value);
}

const documents = take(1, 20_000);

describe('baseDocuments', () => {
  it('is determined by the seed', () => {
    expect(take(1, 200)).toEqual(documents.slice(0, 200));
    expect(take(2, 200)).not.toEqual(documents.slice(0, 200));
  });

  it('calculates rightly', () => {
    let seen = 0;
    for (const document of documents) {
      for (const [text, left, operator, right, result] of document.matchAll(/\b(\d+) ([-+*/]) (\d+) = (\d+)/g)) {
        const [a, b] = [Number(left), Number(right)];
        const value = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : a / b;
        expect(Number(result), text).toBe(value);
        seen++;
      }
    }
    expect(seen).toBeGreaterThan(20_000);
  });

  it('never uses the form of the fine-tuning data', () => {
    for (const document of documents) expect(document).not.toMatch(/Question:|Answer:/);
  });

  it('holds no story of a held-out problem', () => {
    const text = documents.join('\n');
    for (const { prompt } of generateProblems({ seed: 1, count: 300, split: 'held-out' })) {
      const story = /^Question: (.*)\nAnswer:$/.exec(prompt)![1];
      // The whole, and the story without its question, which the base text ends in other ways.
      expect(text.includes(story)).toBe(false);
      expect(text.includes(story.slice(0, story.lastIndexOf('. ') + 1))).toBe(false);
    }
  });
});

describe('numberInWords', () => {
  it('writes numbers as English does', () => {
    expect([0, 7, 13, 20, 45, 99].map(numberInWords)).toEqual([
      'zero',
      'seven',
      'thirteen',
      'twenty',
      'forty-five',
      'ninety-nine',
    ]);
    expect(() => numberInWords(100)).toThrow(RangeError);
  });
});

/** What a model may write in bad faith or by accident: bounded in time, and no error ever. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { compareAnswers } from './equivalence/equivalent.js';
import { answerKinds, extractAnswer } from './extraction/extract-answer.js';
import { gradeMathematics } from './grade-mathematics.js';

/** Processor time of this process, which other work on the machine does not lengthen. */
function processorMilliseconds(task: () => void): number {
  const before = process.cpuUsage();
  task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Repeated to any length, these have made quadratic or exponential work of regular expressions and parsers. */
const pieces =
  String.raw`{|\boxed{|$|\(|\[|(|a |answer is |final answer is $|1,|-|1 000 |\text{|\text{and|\frac{|\\|####|=|. |A |(A|1/|$1$ and |\boxed{1} and |\begin{pmatrix}|é|1. |3 - |and |[(|\left(|\frac{1}{|x^{|\sqrt{|\{|1+|x|xy |(1,|\pm 1,|\cup |<|\binom{1}{|\sin |!|5!|a_|\text{a|1 and |99^|9^{|\pm|x=|(x+1)|\log |2^{|/|\%|°|9!|x<|\in `
    .split('|')
    .concat('|', '|x+', '\n\n', 'answer:\n', String.raw`\begin{pmatrix}1&2\\3&4\end{pmatrix}`);

describe('extraction', () => {
  it.each(pieces)('of a megabyte of %j', (piece) => {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    const took = processorMilliseconds(() => {
      for (const kind of answerKinds) extractAnswer(text, kind);
    });
    expect(took).toBeLessThan(1000 * answerKinds.length);
  });
});

describe('comparison', () => {
  const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

  it.each(pieces)('of repeated %j', (piece) => {
    const brackets = [...piece.replace(/\\begin.*/su, '').matchAll(/[([{]/gu)].map(([bracket]) => closing[bracket]);
    for (const count of [5, 10, 12, 40, 400, 1900]) {
      const open = piece.repeat(count) + '1';
      for (const answer of [open, open + brackets.reverse().join('').repeat(count)]) {
        for (const reference of ['1', `${answer.slice(0, 1990)} `, 'x+1']) {
          const took = processorMilliseconds(() => compareAnswers(answer.slice(0, 2000), reference));
          expect(took, `${count} times, against ${reference.slice(0, 20)}`).toBeLessThan(1000);
        }
      }
    }
  });

  it.each([
    ['10^{10^{10}}', '10^{10^{11}}'],
    ['1000000000!', '1'],
    ['9^{9^{9^9}}', '1'],
    [String.raw`\binom{10000}{5000}`, '1'],
    [String.raw`\binom{1000000000}{500000000}`, '1'],
    ['1e999999999', '1'],
    ['1e-999999999', '0'],
    [`0.(${'3'.repeat(1500)})`, '1/7'],
    ['((2^{1000})^{1000})^{1000}', '1'],
    [String.raw`\frac{1}{0}`, '0'],
    ['0^{-1}', '0'],
    [String.raw`\sum_{i=1}^{10^{9}} i`, '1'],
    ['x^{x^{x^{x^x}}}', 'x'],
    ['(x+y+z)^{999}', '(x+y+z)^{998}'],
    ['\u0000', '1'],
    ['\ud800', '1'],
    ['\\', '1'],
    ['__proto__', 'constructor'],
  ])('of %s and %s', (answer, reference) => {
    let verdict: string | undefined;
    const took = processorMilliseconds(() => (verdict = compareAnswers(answer, reference)));
    expect(verdict).not.toBe('equal');
    expect(took).toBeLessThan(1000);
  });

  it('of a megabyte', () => {
    const digits = '7'.repeat(1_000_000);
    expect(compareAnswers(digits, '7')).toBe('unreadable');
    expect(gradeMathematics(String.raw`\boxed{${digits}}`, '7').correct).toBe(false);
  });

  it('of 2,000 random strings of LaTeX tokens', () => {
    const tokens =
      String.raw`\frac { } ( ) [ ] 1 2 x , \{ \} ^ _ \sqrt = < \cup \pm \text{ - + ! | \begin{pmatrix} \end{pmatrix} & \\ \% and \infty . $ \left \right ; \in \boxed{ 0 / \sin`.split(
        ' ',
      );
    const random = createRandom(1, 'tokens');
    const took = processorMilliseconds(() => {
      for (let round = 0; round < 2_000; round++) {
        const length = 1 + random.integer(60);
        const text = Array.from({ length }, () => tokens[random.integer(tokens.length)]).join('');
        gradeMathematics(text, '1');
        compareAnswers(text, `${text}+0`);
        compareAnswers(text, text.replace('1', '2'));
      }
    });
    // A hundredth of a second each would be slow already.
    expect(took / 2_000).toBeLessThan(10);
  });
});

import { describe, expect, it } from 'vitest';
import { limits } from '../limits.js';
import { extractAnswer, type AnswerKind } from './extract-answer.js';

const cases: Record<AnswerKind, readonly (readonly [string, string | undefined])[]> = {
  boxed: [
    [String.raw`so $\boxed{4}$, or rather $\boxed{\frac{1}{2}}$.`, String.raw`\frac{1}{2}`],
    [String.raw`$\boxed{1}$ and $\boxed{-2}$`, '1, -2'],
    [String.raw`$y_1=\boxed{a}$ and $y_2=\boxed{b}$`, 'a, b'],
    [String.raw`\fbox{7}`, '7'],
    [String.raw`\boxed 5.`, '5'],
    [String.raw`\boxed{\{1,2\}}`, String.raw`\{1,2\}`],
    [String.raw`it is \boxed{\frac{1}{2`, undefined],
    ['no box', undefined],
  ],
  marked: [
    ['work\n#### 1,234\n', '1,234'],
    ['#### 1 #### 2', '2'],
    ['####', undefined],
    ['A: 3', undefined],
  ],
  'last-number': [
    ['3 + 4 = 7', '7'],
    ['So she has 12 apples.', '12'],
    ['It costs 1,250.50 dollars.', '1250.5'],
    ['the change is -3', '-3'],
    ['the change is −3.0', '-3'],
    ['about .5 of it', '0.5'],
    ['0042', '42'],
    ['-0.00', '0'],
    ['12345678901234567891', '12345678901234567891'],
    ['on page 7, then nothing', '7'],
    ['no digits here', undefined],
    ['', undefined],
  ],
  choice: [
    ['I think the correct answer is C', 'C'],
    ["It's not A because it makes no sense, therefore I think it's B", 'B'],
    ["The answer is for sure D, it can't be A or B", 'D'],
    ['The answer: (D), not A', 'D'],
    [String.raw`Hence $\boxed{\text{(B)}}$.`, 'B'],
    ['B. It cannot be A', 'B'],
    ['**Answer:** **C**', 'C'],
    ['I say: A bird in the hand. A', 'A'],
    ['A Peter', 'A'],
    ['D because of it', 'D'],
    ['A bird in the hand', undefined],
    ['I have no idea, it is a guess', undefined],
    ['none', undefined],
  ],
  latex: [
    ['first $3$, hence $5$.', '5'],
    [String.raw`Thus \[ \frac{1}{2} \]`, String.raw`\frac{1}{2}`],
    ['Answer $ \n 9 \n $', undefined],
    ['$$ \n 9 \n $$', '9'],
    [String.raw`Final Answer: The final answer is $7$. I hope it is correct.`, '7'],
    [String.raw`$\boxed{200}$ … The final answer is $10,455$.`, '10,455'],
    [String.raw`the answer is $4$, see $\boxed{5}$`, '5'],
    ['it is 12', undefined],
  ],
  expression: [
    ['1000.99m²', '1000.99'],
    ['AZYUK2A', undefined],
    ['Soucis : 2,74 $ a..', '2,74'],
    ['it is 10-5', '5'],
    ['it is -5', '-5'],
    ['the probability is 2/3.', '2/3'],
    ['1 000', '1 000'],
  ],
  mathematics: [
    ['There are $n$ of them, that is 12 in all.', '12'],
    ['The largest $n$ is 34.', '34'],
    ['The answer is $\\frac{3}{4}$ of the 12 apples.', String.raw`\frac{3}{4}`],
    ['how many $? just about 1$', '1'],
    [String.raw`-\frac{10}{9}`, String.raw`-\frac{10}{9}`],
    ['$1$ and $2$ and $3$', '1, 2, 3'],
    ['She pays $7 for 2 and $9 for 3.', '3'],
    ['no idea', undefined],
    ['', undefined],
  ],
};

const rows = Object.entries(cases).flatMap(([kind, pairs]) =>
  pairs.map(([text, answer]): [string, string, string | undefined] => [kind, text, answer]),
);

describe('extractAnswer', () => {
  it.each(rows)('%s of %j is %j', (kind, text, answer) => {
    expect(extractAnswer(text, kind as AnswerKind)).toBe(answer);
  });

  it('looks at the end of a long response only', () => {
    expect(extractAnswer(String.raw`\boxed{1}` + 'x'.repeat(limits.searchedText), 'boxed')).toBeUndefined();
    expect(extractAnswer('x'.repeat(limits.searchedText) + String.raw`\boxed{1}`, 'boxed')).toBe('1');
  });
});

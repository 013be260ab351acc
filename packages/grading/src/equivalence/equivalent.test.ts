import { describe, expect, it } from 'vitest';
import { compareAnswers, equivalent, type EquivalenceOptions } from './equivalent.js';

/** Pairs that are equal, by what they show. Read as raw strings. */
const equal: Record<string, readonly (readonly [string, string])[]> = {
  'numbers, however they are written': [
    ['0.5', String.raw`\frac{1}{2}`],
    ['1/2', String.raw`\dfrac12`],
    ['-.5', String.raw`-\frac{2}{4}`],
    ['7,425,000', '7425000'],
    [String.raw`14{,}916`, '14916'],
    [String.raw`11,\! 111,\! 111,\! 100`, '11111111100'],
    ['1 000', '1000'],
    ['1000,99', '1000.99'],
    [String.raw`1\frac{4}{5}`, String.raw`\frac{9}{5}`],
    [String.raw`-1\frac{4}{5}`, '-1.8'],
    [String.raw`3.5\times 10^{-4}`, '0.00035'],
    ['2^{10}', '1024'],
    ['5!', '120'],
    [String.raw`\binom{5}{2}`, '10'],
    [String.raw`0.\overline{3}`, '1/3'],
    ['12345678901234567890123', '12345678901234567890122+1'],
    ['−3', '-3'],
    ['7:32', String.raw`\frac{14}{64}`],
  ],
  'roots, constants and functions by value': [
    [String.raw`2\sqrt{8}`, String.raw`4\sqrt 2`],
    ['sqrt(3)/3', String.raw`\frac{1}{\sqrt3}`],
    [String.raw`\sqrt[3]{-8}`, '-2'],
    [String.raw`\cos 60^\circ`, '1/2'],
    [String.raw`\log_2 8`, '3'],
    [String.raw`\ln e^2`, '2'],
    [String.raw`e^{i\pi}`, '-1'],
    [String.raw`(1+i)^2`, '2i'],
    [String.raw`\tan^{-1} 1`, String.raw`\frac{\pi}{4}`],
    [String.raw`|{-3}|`, '3'],
  ],
  'expressions with names at random points': [
    ['x+1', '1+x'],
    ['(a+5)(b+2)', 'ab+2a+5b+10'],
    [String.raw`\frac{x+2}{7}`, String.raw`\frac{x}{7}+\frac{2}{7}`],
    [String.raw`\tan^2(y)+1`, String.raw`\sec^2(y)`],
    [String.raw`\frac{x^2-1}{x-1}`, 'x+1'],
    [String.raw`\frac{1}{3\sqrt[3]{x}^2}`, String.raw`\frac{1}{3x^{2/3}}`],
    [String.raw`\sin 2x`, String.raw`2\sin x\cos x`],
    ['x**2', 'x^2'],
    ['P(1+r)^2', 'P + 2Pr + Pr^2'],
    ['A(x+1)', 'Ax+A'],
  ],
  'decimals that round to six places': [
    ['0.333333', '1/3'],
    ['1.4142136', String.raw`\sqrt2`],
    ['0.0833333333333333', String.raw`\frac{1}{12}`],
  ],
  'percentages with the sign, without it, and as fractions': [
    [String.raw`20\%`, '20'],
    ['20%', '0.2'],
    [String.raw`20\text{ percent}`, String.raw`\frac15`],
  ],
  'units where one side has none or both agree': [
    [String.raw`15\mbox{ cm}^2`, '15'],
    [String.raw`15\text{ cm}^2`, String.raw`15\textnormal{ cm}^{2}`],
    [String.raw`90^\circ`, '90'],
    [String.raw`\frac{270}7\text{ degrees}`, String.raw`\frac{270}{7}^\circ`],
    [String.raw`\$18.90`, '18.9'],
    [String.raw`3\frac{\text{m}}{\text{s}}`, '3'],
    ['5 miles', '5 mile'],
  ],
  'sets and lists in any order': [
    [String.raw`\{1,2\}`, String.raw`\{2,1\}`],
    [String.raw`\{1,2,2\}`, '1, 2'],
    ['1,-2', '-2,1'],
    [String.raw`1 \text{ and } -2`, '-2, 1'],
    [String.raw`3 \pm 2\sqrt2`, String.raw`3+2\sqrt2, 3-2\sqrt2`],
    [String.raw`\{1\pm\sqrt{5},-2\}`, String.raw`\{-2,1-\sqrt5,1+\sqrt5\}`],
    [String.raw`\emptyset`, String.raw`\{\}`],
    [String.raw`\{5\}`, '5'],
    ['(1,2),(3,4)', '(3,4),(1,2)'],
    ['p=5,q=2;p=7,q=2', '(5,2),(7,2)'],
  ],
  'intervals and unions': [
    ['(2,4)', String.raw`\left( 2, \frac{8}{2} \right)`],
    [String.raw`(-\infty, 2) \cup (3, \infty)`, String.raw`(3,\infty)\cup(-\infty,2)`],
    [String.raw`x \in [-2,7]`, '[-2,7]'],
    ['0<x<1', '(0,1)'],
    [String.raw`x \ge 5`, String.raw`[5,\infty)`],
    [String.raw`1\le|z|\le\frac32`, String.raw`z\in[-\frac32,-1]\cup[1,\frac32]`],
    [String.raw`\{-1\} \cup [0,7)`, String.raw`[0,7) \cup \{-1\}`],
  ],
  'matrices by entry': [
    [
      String.raw`\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}`,
      String.raw`\left[\begin{array}{cc}1 & 2\\3 & 4\end{array}\right]`,
    ],
    [String.raw`\begin{bmatrix}0.5\\1\end{bmatrix}`, String.raw`\begin{pmatrix} 1/2 \\ 1 \\ \end{pmatrix}`],
    [String.raw`2\begin{pmatrix}1\\x\end{pmatrix}`, String.raw`\begin{pmatrix}2\\x+x\end{pmatrix}`],
  ],
  'equations as values and up to a factor': [
    ['x=5', '5'],
    ['5=x', '5'],
    ['y = 2x+3', '2x+3'],
    ['x = 2+3 = 5', '5'],
    [String.raw`x = \frac13 \approx 0.33`, '1/3'],
    [String.raw`x \approx 0.5`, '1/2'],
    [String.raw`\frac13 \approx 0.33`, '1/3'],
    ['f(x) = x+1', '1+x'],
    ['5x - 7y + 4 = 0', '-10x + 14y = 8'],
    ['x < 1', '-x > -1'],
    [String.raw`x \le 5`, String.raw`5 \geq x`],
    ['x != 3', String.raw`x \neq 3`],
    ['(p,q)=(3,2)', '(3,2)'],
    ['x=1, y=2', 'y=2, x=1'],
    ['x=1, y=2', '(1,2)'],
    ['x_1=1, x_2=2', 'x_1=2, x_2=1'],
    ['W(n)=1, W(n)=-1', 'W(x)=-1, W(x)=1'],
    ['n = 5', 'x = 5'],
  ],
  'words and choices': [
    [String.raw`\text{Evelyn}`, 'Evelyn'],
    [String.raw`\text{east}`, String.raw`\textbf{East}.`],
    [String.raw`\text{(C)}`, 'C'],
    [String.raw`\text{odd}`, 'odd'],
    ['Even', 'even'],
    [String.raw`\text{June 20}`, 'June 20'],
    ['C)', 'C'],
    [String.raw`f(2) < f(1) < f(4)`, String.raw`f(2)<f(1)<f(4)`],
  ],
};

const different: Record<string, readonly (readonly [string, string])[]> = {
  numbers: [
    ['2', '3'],
    ['0.33', '1/3'],
    ['11111111100', '11111111101'],
    ['.0000672', '.0000673'],
    ['0.000000', '1/9999999'],
    [String.raw`52_8`, '52'],
    [String.raw`52_8`, '52_9'],
    ['170!', '170!+1'],
    [String.raw`10^{10^{10}}`, String.raw`10^{10^{11}}`],
    [String.raw`\frac{1}{0}`, String.raw`\frac{2}{0}`],
    [String.raw`\infty`, String.raw`-\infty`],
    ['58,500', '585'],
    ['-2,1', '-2.1'],
    [String.raw`20\%`, '2000'],
    [String.raw`20\%`, String.raw`0.2\%`],
  ],
  expressions: [
    ['x+1', 'x+2'],
    ['x', 'y'],
    ['AB', 'ab'],
    ['2X', '2x'],
    ['6 xy', '6'],
    ['P(1+r)', 'P(1+s)'],
    ['x^2', 'x^3'],
    [String.raw`\sqrt{x^2}`, 'x'],
    ['x+2n+1', 'x+1'],
    [String.raw`\frac{1+\sqrt5}{2}`, '2'],
    [String.raw`\cot x`, String.raw`\tan x`],
  ],
  'units that disagree': [
    [String.raw`15\text{ cm}`, String.raw`15\text{ m}`],
    [String.raw`15\text{ cm}^2`, String.raw`15\text{ cm}^3`],
  ],
  'collections, intervals and matrices': [
    ['(1,2)', '(2,1)'],
    [String.raw`\{1,2\}`, '(1,2)'],
    [String.raw`\{1,2\}`, String.raw`\{1,2,3\}`],
    [String.raw`\{1,1\}`, String.raw`\{1,2\}`],
    ['1,2,3', '1,2'],
    ['[0,1)', '(0,1)'],
    ['[0,1)', '[0,9)'],
    ['(1,2),(3,4)', '(2,1),(3,4)'],
    [String.raw`\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}`, String.raw`\begin{pmatrix}1 & 2\\3 & 5\end{pmatrix}`],
    [String.raw`\begin{pmatrix}1 & 2\end{pmatrix}`, String.raw`\begin{pmatrix}1 \\ 2\end{pmatrix}`],
  ],
  relations: [
    ['5x - 7y + 11z + 4 = 0', '0'],
    ['7 = 11a+c', '11a+c'],
    ['x > 5', 'x < 5'],
    ['x > 5', String.raw`x \ge 5`],
    ['x < 1', 'x > -1'],
    ['y = 2x', 'x = 2y'],
    ['x = 5', 'x = 6'],
    ['x=1, y=2', 'x=2, y=1'],
    ['x=1, y=2', '(2,1)'],
  ],
  words: [
    [String.raw`\text{(C)}`, 'D'],
    ['east', 'west'],
    ['d', 'E'],
    [String.raw`\text{Evelyn}`, '5'],
  ],
};

const rows = (table: Record<string, readonly (readonly [string, string])[]>): [string, string, string][] =>
  Object.entries(table).flatMap(([about, pairs]) => pairs.map(([a, b]): [string, string, string] => [about, a, b]));

describe('equivalent', () => {
  it.each(rows(equal))('%s: %s equals %s', (_, answer, reference) => {
    expect(equivalent(answer, reference)).toBe(true);
    expect(equivalent(reference, answer)).toBe(true);
  });

  it.each(rows(different))('%s: %s differs from %s', (_, answer, reference) => {
    expect(compareAnswers(answer, reference)).toBe('different');
    expect(compareAnswers(reference, answer)).toBe('different');
  });

  it.each<[string, string, EquivalenceOptions, boolean]>([
    ['1, 2', '2, 1', { lists: 'ordered' }, false],
    ['1, 2', '1, 2.0', { lists: 'ordered' }, true],
    [String.raw`\{1, 2\}`, String.raw`\{2, 1\}`, { lists: 'ordered' }, true],
    ['0.33', '1/3', { decimals: 2 }, true],
    ['0.34', '1/3', { decimals: 2 }, false],
    ['0.333333', '1/3', { decimals: 7 }, false],
  ])('%s and %s with %o: %s', (answer, reference, options, expected) => {
    expect(equivalent(answer, reference, options)).toBe(expected);
  });

  it('says what it cannot read', () => {
    expect(compareAnswers('', '1')).toBe('unreadable');
    expect(compareAnswers('7'.repeat(1_000_000), '7')).toBe('unreadable');
    expect(compareAnswers('('.repeat(30) + '1' + ')'.repeat(30), '1')).toBe('unreadable');
  });

  it('stops when the time is over', () => {
    const members = Array.from(
      { length: 150 },
      (_, index) => String.raw`\sin^{2}(${index} x)+\cos(${index + 1} y^${index})`,
    );
    const reversed = members.toReversed();
    // Whole it is longer than an answer may be; what is left is work enough for a microscopic limit.
    const answer = `\\{${members.slice(0, 40).join(',')}\\}`;
    const reference = `\\{${reversed.slice(-40).join(',')}\\}`;
    expect(compareAnswers(answer, reference, { timeLimit: 1 })).toBe('out of time');
    expect(compareAnswers(answer, reference, { timeLimit: 5000 })).toBe('equal');
  });
});

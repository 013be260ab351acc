import { createRandom, permutation, type Random } from '@profit-sft/core';

/** A response of a model, a reference, and whether it is right by construction. */
export interface GradingPair {
  readonly kind: string;
  readonly response: string;
  readonly reference: string;
  readonly correct: boolean;
}

/** An answer in one form and the reference in another. With `off` 0 they are equal, with 1 they differ. */
type Form = (random: Random, off: 0 | 1) => readonly [answer: string, reference: string];

const between = (random: Random, low: number, high: number): number => low + random.integer(high - low + 1);
const signed = (value: number): string => (value < 0 ? `${value}` : `+${value}`);

const forms: Readonly<Record<string, Form>> = {
  'whole number': (random, off) => {
    const value = between(random, 1_000, 9_999_999);
    return [(value + off).toLocaleString('en-US'), `${value}`];
  },
  fraction: (random, off) => {
    const [above, below, factor] = [between(random, 1, 99), between(random, 2, 99), between(random, 2, 9)];
    return [String.raw`\frac{${above * factor + off}}{${below * factor}}`, `${above}/${below}`];
  },
  root: (random, off) => {
    const [factor, side, radicand] = [between(random, 1, 20), between(random, 2, 9), between(random, 2, 30)];
    return [
      String.raw`${factor * side + off}\sqrt{${radicand}}`,
      String.raw`${factor}\sqrt{${side * side * radicand}}`,
    ];
  },
  polynomial: (random, off) => {
    const [a, b, c] = [between(random, 1, 9), between(random, 1, 9), between(random, 1, 9)];
    const expanded = `x^3${signed(a + b + c + off)}x^2${signed(a * b + b * c + a * c)}x${signed(a * b * c)}`;
    return [expanded, `(x+${a})(x+${b})(x+${c})`];
  },
  trigonometric: (random, off) => {
    const factor = between(random, 2, 9);
    return [String.raw`${factor + off}\tan^2(y)+${factor}`, String.raw`${factor}\sec^2 y`];
  },
  set: (random, off) => {
    const members = Array.from({ length: between(random, 2, 6) }, (_, index) => 10 * index + random.integer(10));
    const order = [...permutation(members.length, random)];
    const shuffled = order.map((place) => members[place] + (place === 0 ? 100 * off : 0));
    return [String.raw`\{${shuffled.join(', ')}\}`, members.join(', ')];
  },
  interval: (random, off) => {
    const [low, high] = [between(random, -50, 0), between(random, 1, 50)];
    const answer = String.raw`(-\infty, ${low}) \cup [${high + off}, \infty)`;
    return [answer, String.raw`x \in [\frac{${2 * high}}{2},\infty) \cup (-\infty,${low})`];
  },
  tuple: (random, off) => {
    const [x, y, z] = [between(random, -9, 9), between(random, -9, 9), between(random, 1, 9)];
    return [`(${x}, ${y + off}, 0.${z})`, String.raw`\left( ${x}, ${y}, \frac{${z}}{10} \right)`];
  },
  matrix: (random, off) => {
    const [a, b, c, d] = Array.from({ length: 4 }, () => between(random, -9, 9));
    const answer = String.raw`\begin{bmatrix} ${a + off}/2 & ${b} \\ ${c} & ${d}/4 \end{bmatrix}`;
    return [answer, String.raw`\begin{pmatrix} \frac{${a}}{2} & ${b} \\ ${c} & ${d / 4} \end{pmatrix}`];
  },
  equation: (random, off) => {
    const [a, b, c] = [between(random, 1, 9), between(random, 1, 9), between(random, 1, 9)];
    return [`${-2 * a}x + ${2 * b}y = ${2 * c + off}`, `${a}x - ${b}y + ${c} = 0`];
  },
  unit: (random, off) => {
    const value = between(random, 1, 500);
    return [String.raw`${value + off}\text{ cm}^2`, `${value}`];
  },
};

/** Answers in every form, half of them wrong, each at the end of some steps as a model writes them. */
export function gradingPairs(count: number, seed: number): GradingPair[] {
  const kinds = Object.keys(forms);
  return Array.from({ length: count }, (_, index) => {
    const kind = kinds[index % kinds.length];
    const random = createRandom(seed, 'grading', index);
    const off = random.integer(2) as 0 | 1;
    const [answer, reference] = forms[kind](random, off);
    const steps = Array.from(
      { length: 1 + random.integer(20) },
      (_, step) => `Step ${step}: so $x_{${step}} = ${random.integer(100)}$.`,
    );
    const response = `${steps.join('\n')}\nTherefore the answer is $\\boxed{${answer}}$.`;
    return { kind, response, reference, correct: off === 0 };
  });
}

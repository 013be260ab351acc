import type { Random } from '@profit-sft/core';
import { between, capitalise, pick, pickWeighted } from '../choose.js';
import { equation, writeEquation } from '../equation.js';
import type { Equation, Operator } from '../problem.js';
import { numberInWords } from './number-words.js';

/** Any equation with numbers up to 99; small numbers and hard carries both come often. */
export function drawFact(random: Random): Equation {
  for (;;) {
    const operator = pickWeighted<Operator>(random, [
      ['+', 0.36],
      ['-', 0.36],
      ['*', 0.15],
      ['/', 0.13],
    ]);
    const limit = random.next() < 0.5 ? 20 : 96;
    let found: Equation | undefined;
    if (operator === '+') found = equation(between(random, 1, limit), '+', between(random, 1, limit));
    else if (operator === '-') found = equation(between(random, 2, limit), '-', between(random, 1, limit));
    else {
      const [first, second] = [between(random, 2, 9), between(random, 2, operator === '/' ? 30 : 10)];
      found = operator === '*' ? equation(first, '*', second) : equation(first * second, '/', first);
    }
    if (found !== undefined) return found;
  }
}

const spoken: Record<Operator, readonly string[]> = {
  '+': ['plus', 'and'],
  '-': ['minus', 'less'],
  '*': ['times'],
  '/': ['divided by', 'over'],
};

/** `three plus four is seven`, with digits where `digits` is set. */
export function sayFact(random: Random, { left, operator, right, result }: Equation, digits: boolean): string {
  const say = digits ? String : numberInWords;
  const verb = pick(random, ['is', 'makes', 'gives', 'equals']);
  return `${say(left)} ${pick(random, spoken[operator])} ${say(right)} ${verb} ${say(result)}`;
}

/** The same as something to do: `add 3 and 4 to get 7`. */
function instructFact(random: Random, { left, operator, right, result }: Equation, digits: boolean): string {
  const [a, b, c] = [left, right, result].map(digits ? String : numberInWords);
  const ways: Record<Operator, readonly string[]> = {
    '+': [`add ${a} and ${b} to get ${c}`, `put ${a} and ${b} together: ${c}`, `go up from ${a} by ${b}: ${c}`],
    '-': [
      `subtract ${b} from ${a} to get ${c}`,
      `take ${b} away from ${a}: ${c} is left`,
      `go down from ${a} by ${b}: ${c}`,
    ],
    '*': [`multiply ${a} by ${b} to get ${c}`, `count ${a} groups of ${b}: ${c}`, `make ${a} times ${b}: ${c}`],
    '/': [
      `divide ${a} by ${b} to get ${c}`,
      `split ${a} into ${b} equal parts of ${c}`,
      `share ${a} among ${b}: ${c} for each`,
    ],
  };
  return pick(random, ways[operator]);
}

/** A list of bare equations. */
export function factList(random: Random): string {
  const facts = Array.from({ length: between(random, 6, 12) }, () => writeEquation(drawFact(random)));
  return facts.join(pick(random, ['\n', ', ', '. ', '; ']));
}

/** One number with several others: a row of a table. */
export function factTable(random: Random): string {
  const operator = pick<Operator>(random, ['+', '-', '*']);
  const fixed = operator === '*' ? between(random, 2, 9) : between(random, 2, 40);
  const first = between(random, 1, operator === '*' ? 4 : 30);
  const lines: string[] = [];
  for (let other = first; other < first + 7; other++) {
    const fact = operator === '-' ? equation(fixed + other, '-', fixed) : equation(other, operator, fixed);
    if (fact !== undefined) lines.push(writeEquation(fact));
  }
  return lines.join('\n');
}

/** Facts in sentences. */
export function spokenFacts(random: Random): string {
  const digits = random.next() < 0.6;
  return Array.from({ length: between(random, 3, 6) }, () => {
    const fact = drawFact(random);
    const text = sayFact(random, fact, digits);
    return pick(random, [
      `${capitalise(text)}.`,
      `We know that ${text}.`,
      `${capitalise(text)}: ${writeEquation(fact)}.`,
      `"${capitalise(text)}," says the teacher.`,
      `${capitalise(instructFact(random, fact, digits))}.`,
      `You ${instructFact(random, fact, digits)}.`,
    ]);
  }).join(' ');
}

/** Counting up or down in equal steps. */
export function counting(random: Random): string {
  const step = pick(random, [1, 1, 2, 3, 5, 10]);
  const length = between(random, 6, 12);
  const numbers: number[] = [];
  for (let value = between(random, 1, 40); value <= 99 && numbers.length < length; value += step) numbers.push(value);
  if (random.next() < 0.4) numbers.reverse();
  return random.next() < 0.7 ? numbers.join(', ') + '.' : `Count: ${numbers.map(numberInWords).join(', ')}.`;
}

/** Which of two numbers is larger, and by how much. */
export function comparing(random: Random): string {
  return Array.from({ length: between(random, 3, 5) }, () => {
    const small = between(random, 1, 60);
    const gap = between(random, 1, 35);
    const large = small + gap;
    return pick(random, [
      `${large} is more than ${small}.`,
      `${small} is fewer than ${large}.`,
      `${large} is ${gap} more than ${small}.`,
      `${small} is ${gap} fewer than ${large}, as ${large} - ${gap} = ${small}.`,
      `From ${small} to ${large} it is ${gap}: ${small} + ${gap} = ${large}.`,
    ]);
  }).join(' ');
}

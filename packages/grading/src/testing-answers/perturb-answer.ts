import type { Random } from '@profit-sft/core';

type Perturbation = (answer: string, random: Random) => string | undefined;

const pick = <Item>(items: readonly Item[], random: Random): Item | undefined => items[random.integer(items.length)];

/** Another digit in place of one. A changed digit changes its number, and no answer of MATH-500 is constant in one. */
const changeDigit: Perturbation = (answer, random) => {
  const match = pick([...answer.matchAll(/\d/gu)], random);
  if (match === undefined) return undefined;
  const digit = (Number(match[0]) + 1 + random.integer(9)) % 10;
  return answer.slice(0, match.index) + digit + answer.slice(match.index + 1);
};

/** The opposite of an answer that is one number or fraction and not 0. */
const changeSign: Perturbation = (answer) => {
  if (!/^-?(?:\\\$)?(?:[\d.,]*[1-9][\d.,]*|\\[dt]?frac\{\d+\}\{\d+\}|\d*\\sqrt\{\d+\}|\\pi)$/u.test(answer))
    return undefined;
  return answer.startsWith('-') ? answer.slice(1) : `-${answer}`;
};

/** The inverse of a fraction of two different whole numbers. */
const swapFraction: Perturbation = (answer) => {
  const match = /\\[dt]?frac\{(\d+)\}\{(\d+)\}/u.exec(answer);
  if (match === null || match[1] === match[2]) return undefined;
  return answer.replace(match[0], `\\frac{${match[2]}}{${match[1]}}`);
};

/** All but one member of a tuple, list or set. */
const dropMember: Perturbation = (answer, random) => {
  const match = /^([[(]|\\\{)?([^()[\]]*,[^()[\]]*?)([\])]|\\\})?$/u.exec(answer);
  if (match === null || /\d,(?:\\!\s*)?\d{3}/u.test(answer)) return undefined;
  const members = match[2].split(',');
  members.splice(random.integer(members.length), 1);
  return (match[1] ?? '') + members.join(',') + (match[3] ?? '');
};

/** Another letter in a word, or another option. */
const changeWord: Perturbation = (answer, random) => {
  const match = /\\text\{\(?([A-Za-z]+)\)?\}$/u.exec(answer);
  if (match === null || /\d/u.test(answer)) return undefined;
  const letters = [...match[1]];
  const place = random.integer(letters.length);
  const start = letters[place] < 'a' ? 65 : 97;
  letters[place] = String.fromCharCode(start + ((letters[place].charCodeAt(0) - start + 1 + random.integer(25)) % 26));
  return answer.replace(match[1], letters.join(''));
};

/** The other sign in a sum, or another name for a function. */
const changeOperator: Perturbation = (answer) => {
  if (/\\cot/u.test(answer)) return answer.replace('\\cot', '\\tan');
  const match = /(?<=\w\s*)[-+](?=\s*\w)/u.exec(answer);
  if (match === null) return undefined;
  return answer.slice(0, match.index) + (match[0] === '+' ? '-' : '+') + answer.slice(match.index + 1);
};

const perturbations = { changeDigit, changeSign, swapFraction, dropMember, changeWord, changeOperator };

/**
 * A wrong answer near a right one, by one of those perturbations that apply, or `undefined`. Each changes the value by its
 * construction.
 */
export function perturbAnswer(answer: string, random: Random): { kind: string; wrong: string } | undefined {
  const wrong = Object.entries(perturbations)
    .map(([kind, perturb]) => ({ kind, wrong: perturb(answer, random) }))
    .filter((one): one is { kind: string; wrong: string } => one.wrong !== undefined && one.wrong !== answer);
  return pick(wrong, random);
}

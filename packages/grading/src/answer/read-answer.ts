import { parseExpression } from '../expression/parse-expression.js';
import { headOf, numeralOf, operandsOf, stringOf, symbolsOf } from '../expression/math-json.js';
import { cleanLatex } from '../latex/clean-latex.js';
import { bracketed, nestingDepth, splitTopLevel } from '../latex/top-level.js';
import { limits } from '../limits.js';
import { isKind, type Answer, type RelationOperator } from './answer.js';
import { matrixRows } from './matrix-rows.js';
import { splitUnit } from './split-unit.js';

const relationOperators = new Set(['=', '<', '>', '\\le', '\\ge', '\\ne', '\\in', '\\approx', '\\equiv']);
const commas = new Set([',']);
const groupSeparators = new Set([';']);
const memberSeparators = new Set([',', ';']);
const unions = new Set(['\\cup']);

/** Words between alternatives, outside of all brackets they separate like a semicolon. */
const conjunction =
  /\\text\{\s*,?\s*(?:and|or)\s*,?\s*\}|(?<![a-zA-Z\\])(?:and|or)(?![a-zA-Z])|(?<=\))\s*or\s*(?=\()|(?<=[\d)])or(?=[A-Z])/gu;

/** `1,234,567` on its own: commas that group digits. */
const groupedNumber = /^([-+]?\s*)(\d{1,3}(?:,\d{3})+)(?![\d,])/u;

/** `1000,99`: a decimal comma. One decimal would be read into the list `2,1` too often, three group digits. */
const decimalComma = /^[-+]?\s*\d+,(?:\d{2}|\d{4,})(?![\d,])/u;

/** Whatever stands between members of a collection, parts of a union or terms of a relation. */
const separator = /[,;=<>]|\\(?:cup|le|ge|ne|in|approx|equiv)(?![a-zA-Z])/gu;

/** Both signs of every `\pm`, or the text itself. A set keeps its own, whose members they double. */
function bothSigns(latex: string): string[] {
  if (!/\\[pm]m(?![a-zA-Z])/u.test(latex) || latex.startsWith('\\{')) return [latex];
  return [
    latex.replace(/\\pm(?![a-zA-Z])/gu, '+').replace(/\\mp(?![a-zA-Z])/gu, '-'),
    latex.replace(/\\pm(?![a-zA-Z])/gu, '-').replace(/\\mp(?![a-zA-Z])/gu, '+'),
  ].map((signed) => signed.replace(/^\s*\+/u, ''));
}

/** Members of a collection; one with `\pm` counts as two. */
function readMembers(parts: readonly string[]): Answer[] {
  return parts
    .filter((part) => part !== '')
    .flatMap(bothSigns)
    .map(readItem);
}

function readRelation(terms: readonly string[], operators: readonly string[]): Answer {
  // What follows the first `\approx` is a rounded copy of what stands before, unless that is only the name.
  const firstRounded = operators.indexOf('\\approx');
  if (firstRounded === 0) {
    const first = readItem(terms[0]);
    if (isKind(first, 'scalar') && symbolsOf(first.expression).size === 0) return first;
  }
  const end = firstRounded > 0 ? firstRounded : operators.length;
  return {
    kind: 'relation',
    terms: terms.slice(0, end + 1).map(readItem),
    operators: operators
      .slice(0, end)
      .map((operator) => (operator === '\\approx' || operator === '\\equiv' ? '=' : (operator as RelationOperator))),
  };
}

function readBracketed(latex: string): Answer | undefined {
  const brackets = bracketed(latex);
  if (brackets === undefined) return undefined;
  const { open, content, close } = brackets;
  const { parts } = splitTopLevel(content, memberSeparators);
  if (open === '\\{' && close === '\\}') {
    return { kind: 'set', members: readMembers(parts) };
  }
  if (open === '{' && close === '}') return readItems(content);
  if (open === '\\langle' && close === '\\rangle') return { kind: 'tuple', members: readMembers(parts) };
  if (!'(['.includes(open) || !')]'.includes(close) || parts.length < 2) return undefined;
  if (parts.length === 2 && (open === '[' || close === ']')) {
    const [lower, upper] = parts.map(readItem);
    return { kind: 'interval', lower, upper, lowerOpen: open === '(', upperOpen: close === ')' };
  }
  return open === '(' && close === ')' ? { kind: 'tuple', members: readMembers(parts) } : undefined;
}

function readScalar(latex: string): Answer {
  const text: Answer = { kind: 'text', source: latex };
  const percent = /\\%\s*$/u.test(latex);
  const expression = parseExpression(percent ? latex.replace(/\\%\s*$/u, '') : latex);
  if (expression === undefined || stringOf(expression) !== undefined) return text;
  const rows = matrixRows(expression);
  if (rows !== undefined) return { kind: 'matrix', rows };
  const { value, unit } = splitUnit(expression);
  if (headOf(value) === 'BaseForm') {
    const [number, base] = operandsOf(value);
    const radix = Number(numeralOf(base));
    return { kind: 'scalar', expression: number, percent, source: latex, ...(radix === 10 ? {} : { base: radix }) };
  }
  if (unit === '%') return { kind: 'scalar', expression: value, percent: true, source: latex };
  return { kind: 'scalar', expression: value, percent, source: latex, ...(unit ? { unit } : {}) };
}

/** One thing: a relation, a union, something in brackets, words, or an expression. */
function readItem(latex: string): Answer {
  const relation = splitTopLevel(latex, relationOperators);
  if (relation.separators.length > 0) {
    const terms = relation.parts.filter((term) => term !== '');
    if (terms.length === relation.parts.length) return readRelation(terms, relation.separators);
    // `= 5`, which an extraction may leave.
    if (terms.length === 1) return readItem(terms[0]);
  }
  const union = splitTopLevel(latex, unions);
  if (union.separators.length > 0) return { kind: 'union', parts: union.parts.map(readItem) };
  if (/^\\(?:emptyset|varnothing)$/u.test(latex)) return { kind: 'set', members: [] };
  return readBracketed(latex) ?? readScalar(latex);
}

/** A comma-separated list outside of brackets, or one item. */
function readItems(latex: string): Answer {
  const groups = splitTopLevel(latex, groupSeparators).parts.filter((group) => group !== '');
  const lists = groups.map((group) => splitTopLevel(group, commas).parts.filter((part) => part !== ''));
  const [first = []] = lists;
  // `p=5, q=2; p=7, q=2`: each group is one solution.
  if (lists.length > 1 && first.length > 1 && lists.every((list) => list.length === first.length)) {
    if (lists.flat().every((part) => part.includes('='))) {
      return { kind: 'list', members: lists.map((list): Answer => ({ kind: 'tuple', members: readMembers(list) })) };
    }
  }
  const parts = lists.flat();
  const members = readMembers(parts);
  return members.length === 1 ? members[0] : { kind: 'list', members };
}

/**
 * The readings of an answer in LaTeX or plain notation, the likeliest first. Two where commas are ambiguous: `58,500` is a number
 * or two of them, `1000,99` two numbers or one with a decimal comma. None for an empty answer or one beyond `limits`.
 */
export function readAnswer(text: string): readonly Answer[] {
  if (text.length > limits.answer) return [];
  const latex = cleanLatex(text).replace(conjunction, ';');
  const depth = nestingDepth(latex) ?? 0;
  if (latex === '' || depth > limits.nesting || (latex.match(separator)?.length ?? 0) > limits.members) return [];
  const grouped = latex.replace(groupedNumber, (_, sign: string, digits: string) => sign + digits.replaceAll(',', ''));
  if (grouped !== latex) return [readItems(grouped), readItems(latex)];
  const decimal = decimalComma.test(latex) ? [readItems(latex.replace(',', '.'))] : [];
  return [readItems(latex), ...decimal];
}

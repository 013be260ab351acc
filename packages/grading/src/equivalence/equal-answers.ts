import { isKind, type Answer, type Collection, type Interval, type Matrix, type Scalar } from '../answer/answer.js';
import { withoutDelimiters, type MathJson } from '../expression/math-json.js';
import { equalExpressions } from './equal-expressions.js';
import { equalTexts } from './equal-texts.js';
import { assignedValue, equalRelations, namesDiffer, solutionSet } from './relations.js';

/** How answers are compared. */
export interface Comparison {
  /** Least digits after the point for a decimal to stand for the value that it rounds. */
  readonly decimals: number;
  /** Whether `1, 2` equals `2, 1`. */
  readonly lists: 'unordered' | 'ordered';
}

function equalScalars(left: Scalar, right: Scalar, { decimals }: Comparison): boolean {
  if (left.unit !== undefined && right.unit !== undefined && left.unit !== right.unit) return false;
  if (left.base !== right.base) return false;
  const equal = (a: MathJson, b: MathJson): boolean => equalExpressions(a, b, decimals);
  if (equal(left.expression, right.expression)) return true;
  if (left.percent === right.percent) return false;
  // 20 % is 20 and 0.2, as in Math-Verify: answers leave the sign out either way.
  const hundredth = (scalar: Scalar): MathJson => ['Divide', withoutDelimiters(scalar.expression), 100];
  return left.percent ? equal(hundredth(left), right.expression) : equal(left.expression, hundredth(right));
}

type Equal = (left: Answer, right: Answer) => boolean;

function equalOrdered(left: readonly Answer[], right: readonly Answer[], equal: Equal): boolean {
  return left.length === right.length && left.every((member, index) => equal(member, right[index]));
}

/** As sets: each side without repetitions, and every member of one with a partner in the other. */
function equalUnordered(left: readonly Answer[], right: readonly Answer[], equal: Equal): boolean {
  const distinct = (members: readonly Answer[]): Answer[] => {
    const kept: Answer[] = [];
    for (const member of members) if (!kept.some((other) => equal(other, member))) kept.push(member);
    return kept;
  };
  const [first, second] = [distinct(left), distinct(right)];
  if (first.length !== second.length) return false;
  const free = new Set(second);
  return first.every((member) => {
    for (const candidate of free) {
      if (equal(member, candidate)) return free.delete(candidate);
    }
    return false;
  });
}

function equalMatrices(left: Matrix, right: Matrix, { decimals }: Comparison): boolean {
  return (
    left.rows.length === right.rows.length &&
    left.rows.every(
      (row, index) =>
        row.length === right.rows[index].length &&
        row.every((entry, column) => equalExpressions(entry, right.rows[index][column], decimals)),
    )
  );
}

/** An interval, or a pair in round brackets as the open one. */
function asInterval(answer: Answer): Interval | undefined {
  if (isKind(answer, 'interval')) return answer;
  if (!isKind(answer, 'tuple') || answer.members.length !== 2) return undefined;
  const [lower, upper] = answer.members;
  return { kind: 'interval', lower, upper, lowerOpen: true, upperOpen: true };
}

function equalIntervals(left: Interval, right: Interval, equal: Equal): boolean {
  return (
    left.lowerOpen === right.lowerOpen &&
    left.upperOpen === right.upperOpen &&
    equal(left.lower, right.lower) &&
    equal(left.upper, right.upper)
  );
}

/** The parts of nested unions; the members of a set in one count as parts each. */
const unionParts = (answer: Answer): readonly Answer[] => {
  if (isKind(answer, 'union')) return answer.parts.flatMap(unionParts);
  return isKind(answer, 'set') ? answer.members : [asInterval(answer) ?? answer];
};

const isCollection = (answer: Answer): answer is Collection => isKind(answer, 'list', 'tuple', 'set');

function equalCollections(left: Collection, right: Collection, comparison: Comparison, equal: Equal): boolean {
  const isOrdered =
    left.kind === 'tuple' ||
    right.kind === 'tuple' ||
    (left.kind === 'list' && right.kind === 'list' && comparison.lists === 'ordered');
  // A tuple is no set. A list without brackets may be either.
  if ((left.kind === 'tuple' && right.kind === 'set') || (left.kind === 'set' && right.kind === 'tuple')) return false;
  return isOrdered
    ? equalOrdered(left.members, right.members, equal)
    : equalUnordered(left.members, right.members, equal);
}

/** A collection of one is its member. */
const single = (answer: Answer): Answer =>
  isKind(answer, 'set', 'list') && answer.members.length === 1 ? answer.members[0] : answer;

/** Whether two answers mean the same; see docs/grading.md for the conventions. */
export function equalAnswers(one: Answer, other: Answer, comparison: Comparison, isMember = false): boolean {
  const equal: Equal = (a, b) => equalAnswers(a, b, comparison, isMember);
  const [left, right] = [single(one), single(other)];
  if (isKind(left, 'relation') || isKind(right, 'relation')) {
    if (isKind(left, 'relation') && isKind(right, 'relation') && equalRelations(left, right, equal)) {
      return true;
    }
    // Of `x = 1, y = 2` it matters which is which; a single answer may call its name what it likes.
    if (isMember && namesDiffer(left, right)) return false;
    const [leftValue, rightValue] = [assignedValue(left), assignedValue(right)];
    if (leftValue !== undefined && rightValue !== undefined) return equal(leftValue, rightValue);
    const [leftSet, rightSet] = [solutionSet(left), solutionSet(right)];
    return leftSet !== undefined && rightSet !== undefined && equal(leftSet, rightSet);
  }
  // `15\frac{39}{40}, or \frac{639}{40}`: one value in two forms.
  if (isKind(left, 'list') && !isCollection(right)) return left.members.every((member) => equal(member, right));
  if (isKind(right, 'list') && !isCollection(left)) return right.members.every((member) => equal(left, member));
  if (isKind(left, 'text') || isKind(right, 'text')) return equalTexts(left, right);
  if (isKind(left, 'union') || isKind(right, 'union')) {
    return equalUnordered(unionParts(left), unionParts(right), equal);
  }
  if (isKind(left, 'interval') || isKind(right, 'interval')) {
    const [first, second] = [asInterval(left), asInterval(right)];
    return first !== undefined && second !== undefined && equalIntervals(first, second, equal);
  }
  if (isKind(left, 'scalar') && isKind(right, 'scalar')) {
    return equalScalars(left, right, comparison) || equalTexts(left, right);
  }
  if (isKind(left, 'matrix') && isKind(right, 'matrix')) return equalMatrices(left, right, comparison);
  if (isCollection(left) && isCollection(right)) {
    return equalCollections(left, right, comparison, (a, b) => equalAnswers(a, b, comparison, true));
  }
  return false;
}

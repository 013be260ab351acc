import {
  isKind,
  type Answer,
  type Interval,
  type Relation,
  type RelationOperator,
  type Scalar,
} from '../answer/answer.js';
import {
  headOf,
  operandsOf,
  stringOf,
  symbolOf,
  symbolsOf,
  withoutDelimiters,
  type MathJson,
} from '../expression/math-json.js';
import { nearlyEqual, pairedValues } from './equal-expressions.js';

/**
 * Whether an expression only names something: `x`, `f(x)`, `AB`, `\frac{NO}{BO}`, `V_1 : V_2`. No numbers, sums or powers, whose
 * equation says more than a value.
 */
function isNameExpression(expression: MathJson): boolean {
  const inner = withoutDelimiters(expression);
  if (symbolOf(inner) !== undefined || stringOf(inner) !== undefined) return true;
  const naming = [
    'InvisibleOperator',
    'Divide',
    'Colon',
    'OverVector',
    'OverRightArrow',
    'Angle',
    'Prime',
    'Conjugate',
  ];
  // The argument of a function may be anything: f(2).
  const operands = operandsOf(inner);
  if (headOf(inner) === 'InvisibleOperator' && operands.length === 2 && headOf(operands[1]) === 'Delimiter') {
    return symbolOf(operands[0]) !== undefined;
  }
  return naming.includes(headOf(inner) ?? '') && operands.every(isNameExpression);
}

function isName(answer: Answer): boolean {
  if (isKind(answer, 'tuple')) return answer.members.every(isName);
  return isKind(answer, 'text') || (isKind(answer, 'scalar') && !answer.percent && isNameExpression(answer.expression));
}

const isNumber = (answer: Answer): boolean => isKind(answer, 'scalar') && symbolsOf(answer.expression).size === 0;

/**
 * The value of `name = … = value`, `value = name` or a calculation `number = … = number`, of `name \in set`, or the answer itself if
 * it is no relation. `undefined` for other relations.
 */
export function assignedValue(answer: Answer): Answer | undefined {
  if (!isKind(answer, 'relation')) return answer;
  const { terms, operators } = answer;
  const last = terms[terms.length - 1];
  if (operators.length === 1 && operators[0] === '\\in') return isName(terms[0]) ? last : undefined;
  if (!operators.every((operator) => operator === '=')) return undefined;
  if (isName(terms[0]) || terms.every(isNumber)) return last;
  return terms.length === 2 && isName(last) ? terms[0] : undefined;
}

/** What a relation gives a value to, without subscripts; of a function `f(x)` only `f`. */
function nameOf(answer: Answer): string | undefined {
  if (!isKind(answer, 'relation')) return undefined;
  const named = [answer.terms[0], answer.terms[answer.terms.length - 1]].find(isName);
  if (named === undefined || !isKind(named, 'scalar')) return undefined;
  const inner = withoutDelimiters(named.expression);
  const [head] = operandsOf(inner);
  const isApplied = headOf(inner) === 'InvisibleOperator' && headOf(operandsOf(inner)[1]) === 'Delimiter';
  return JSON.stringify(isApplied ? head : inner).replace(/_\w+/gu, '');
}

/** Whether two relations give values to things of different names. */
export function namesDiffer(left: Answer, right: Answer): boolean {
  const [first, second] = [nameOf(left), nameOf(right)];
  return first !== undefined && second !== undefined && first !== second;
}

const mirrored: Record<RelationOperator, RelationOperator> = {
  '=': '=',
  '<': '>',
  '>': '<',
  '\\le': '\\ge',
  '\\ge': '\\le',
  '\\ne': '\\ne',
  '\\in': '\\in',
};

/** Read from right to left where it descends, so that `5 \ge x` is `x \le 5`. */
function ascending(relation: Relation): Relation {
  if (!relation.operators.every((operator) => operator === '>' || operator === '\\ge')) return relation;
  return {
    kind: 'relation',
    terms: relation.terms.toReversed(),
    operators: relation.operators.map((operator) => mirrored[operator]).reverse(),
  };
}

const infinity = (sign: 1 | -1): Scalar => ({
  kind: 'scalar',
  expression: sign === 1 ? 'PositiveInfinity' : ['Negate', 'PositiveInfinity'],
  percent: false,
  source: sign === 1 ? '\\infty' : '-\\infty',
});

const negated = (answer: Answer): Answer =>
  isKind(answer, 'scalar') ? { ...answer, expression: ['Negate', answer.expression] } : answer;

/**
 * The values of a name that `a < name \le b`, `name > a` or `a \le |name| \le b` allow, as an interval or a union of two; what is no relation
 * is returned as it is. `undefined` for relations of another form.
 */
export function solutionSet(answer: Answer): Answer | undefined {
  if (!isKind(answer, 'relation')) return answer;
  const { terms, operators } = ascending(answer);
  if (!operators.every((operator) => operator === '<' || operator === '\\le')) return assignedValue(answer);
  const isOpen = operators.map((operator) => operator === '<');
  const interval = (lower: Answer, upper: Answer, lowerOpen: boolean, upperOpen: boolean): Interval => ({
    kind: 'interval',
    lower,
    upper,
    lowerOpen,
    upperOpen,
  });
  if (terms.length === 2) {
    if (isName(terms[0])) return interval(infinity(-1), terms[1], true, isOpen[0]);
    return isName(terms[1]) ? interval(terms[0], infinity(1), isOpen[0], true) : undefined;
  }
  if (terms.length !== 3) return undefined;
  const [lower, middle, upper] = terms;
  if (isName(middle)) return interval(lower, upper, isOpen[0], isOpen[1]);
  if (!isKind(middle, 'scalar') || headOf(withoutDelimiters(middle.expression)) !== 'Abs') return undefined;
  if (!isNameExpression(operandsOf(withoutDelimiters(middle.expression))[0])) return undefined;
  return {
    kind: 'union',
    parts: [
      interval(negated(upper), negated(lower), isOpen[1], isOpen[0]),
      interval(lower, upper, isOpen[0], isOpen[1]),
    ],
  };
}

/** left − right of a relation of two expressions. */
function difference({ terms, operators }: Relation): MathJson | undefined {
  const [left, right] = terms;
  if (operators.length !== 1 || !isKind(left, 'scalar') || !isKind(right, 'scalar')) return undefined;
  return ['Subtract', left.expression, right.expression];
}

/**
 * Whether f ⋚ 0 and g ⋚ 0 are the same relation up to a constant factor: f/g is constant at all sample points, positive where the
 * operators agree and negative where they are mirrored.
 */
function equalUpToFactor(left: Relation, right: Relation): boolean {
  const [f, g] = [difference(left), difference(right)];
  if (f === undefined || g === undefined) return false;
  const pairs = pairedValues(f, g).filter(([a, b]) => a.abs() > 0 && b.abs() > 0);
  // A single pair is a relation without names, which has a ratio but no shape to compare.
  if (pairs.length < 2) return false;
  const ratio = pairs[0][0].div(pairs[0][1]);
  if (!pairs.every(([a, b]) => nearlyEqual(a.div(b), ratio))) return false;
  const [operator, other] = [left.operators[0], right.operators[0]];
  if (operator === other && mirrored[operator] === operator) return true;
  return ratio.im === 0 && operator === (ratio.re > 0 ? other : mirrored[other]);
}

/** The same chain of terms, or the same equation or inequality up to a constant factor. */
export function equalRelations(
  one: Relation,
  other: Relation,
  equal: (left: Answer, right: Answer) => boolean,
): boolean {
  const [left, right] = [ascending(one), ascending(other)];
  const isSameChain =
    left.terms.length === right.terms.length &&
    left.operators.every((operator, index) => operator === right.operators[index]) &&
    left.terms.every((term, index) => equal(term, right.terms[index]));
  return isSameChain || equalUpToFactor(one, other);
}

import { headOf, operandsOf, withoutDelimiters, type MathJson } from '../expression/math-json.js';
import { limits } from '../limits.js';

type Rows = readonly (readonly MathJson[])[];

function product(left: Rows, right: Rows): Rows | undefined {
  if (left[0].length !== right.length) return undefined;
  return left.map((row) =>
    right[0].map((_, column): MathJson => [
      'Add',
      ...row.map((entry, index): MathJson => ['Multiply', entry, right[index][column]]),
    ]),
  );
}

function sum(left: Rows, right: Rows, head: 'Add' | 'Subtract'): Rows | undefined {
  if (left.length !== right.length || left[0].length !== right[0].length) return undefined;
  return left.map((row, index) => row.map((entry, column): MathJson => [head, entry, right[index][column]]));
}

const scaled = (factor: MathJson, rows: Rows, head: 'Multiply' | 'Divide' = 'Multiply'): Rows =>
  rows.map((row) => row.map((entry): MathJson => (head === 'Divide' ? [head, entry, factor] : [head, factor, entry])));

function literalRows(expression: MathJson): Rows | undefined {
  const rows = operandsOf(operandsOf(expression)[0] ?? '').map(operandsOf);
  const columns = rows[0]?.length ?? 0;
  if (columns === 0 || rows.length * columns > limits.members) return undefined;
  return rows.every((row) => row.length === columns) ? rows : undefined;
}

/**
 * The entries of an expression that is a matrix: a literal, or sums, differences, products and multiples of matrices, whose
 * entries are expressions in turn. `undefined` for what is no matrix or does not fit together.
 */
export function matrixRows(expression: MathJson): Rows | undefined {
  const inner = withoutDelimiters(expression);
  const operands = operandsOf(inner);
  switch (headOf(inner)) {
    case 'Matrix':
      return literalRows(inner);
    case 'List':
      // Brackets around an array environment.
      return operands.length === 1 && headOf(operands[0]) === 'Matrix' ? literalRows(operands[0]) : undefined;
    case 'Negate': {
      const rows = matrixRows(operands[0]);
      return rows && scaled(-1, rows);
    }
    case 'Divide': {
      const rows = matrixRows(operands[0]);
      return rows && scaled(operands[1], rows, 'Divide');
    }
    case 'Add':
    case 'Subtract': {
      const head = headOf(inner) as 'Add' | 'Subtract';
      let result = matrixRows(operands[0]);
      for (const operand of operands.slice(1)) {
        const rows = matrixRows(operand);
        result = result && rows && sum(result, rows, head);
      }
      return result;
    }
    case 'Multiply':
    case 'InvisibleOperator': {
      let result: Rows | undefined;
      let factors: MathJson[] = [];
      for (const operand of operands) {
        const rows = matrixRows(operand);
        if (rows === undefined) factors = [...factors, operand];
        else if (result === undefined) result = rows;
        else if ((result = product(result, rows)) === undefined) return undefined;
        if (result !== undefined && result.length * result[0].length > limits.members) return undefined;
      }
      return result && factors.length > 0 ? scaled(['Multiply', 1, ...factors], result) : result;
    }
    default:
      return undefined;
  }
}

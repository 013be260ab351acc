import type { Equation, Operator } from './problem.js';

/** The largest number in any story. */
export const largest = 99;

export function evaluate(left: number, operator: Operator, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
  }
}

/** The equation, or `undefined` where one of its numbers is not an integer in [1, 99]. */
export function equation(left: number, operator: Operator, right: number): Equation | undefined {
  const result = evaluate(left, operator, right);
  const fits = [left, right, result].every((value) => Number.isInteger(value) && value >= 1 && value <= largest);
  return fits ? { left, operator, right, result } : undefined;
}

export function writeEquation({ left, operator, right, result }: Equation): string {
  return `${left} ${operator} ${right} = ${result}`;
}

import { ConformanceError } from '../problem.js';

/** Whether numbers are those of the reference, but for the rounding of float32. */
export function compareNumbers(
  where: string,
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  if (actual.length !== expected.length) {
    throw new ConformanceError(where, `${what} has ${actual.length} numbers, expected ${expected.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i] - expected[i]);
    if (difference <= tolerance * Math.max(1, Math.abs(expected[i]))) continue;
    throw new ConformanceError(where, `${what} is ${actual[i]} at place ${i}, expected ${expected[i]}`);
  }
}

export function compareShapes(
  where: string,
  what: string,
  actual: readonly number[],
  expected: readonly number[],
): void {
  if (actual.join() === expected.join()) return;
  throw new ConformanceError(where, `${what} has shape [${actual.join(', ')}], expected [${expected.join(', ')}]`);
}

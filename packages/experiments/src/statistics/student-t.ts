import { createRequire } from 'node:module';

interface Distribution {
  inv(p: number, degreesOfFreedom: number): number;
  cdf(x: number, degreesOfFreedom: number): number;
}

// jstat has no types of its own.
const { jStat } = createRequire(import.meta.url)('jstat') as { jStat: { studentt: Distribution } };

/** The value that a variable of Student's t distribution is below with probability `p`. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return jStat.studentt.inv(p, degreesOfFreedom);
}

/** P(T > t), t ≥ 0. Taken from the lower tail, which keeps its digits where it is small. */
export function tailProbability(t: number, degreesOfFreedom: number): number {
  return t === Infinity ? 0 : jStat.studentt.cdf(-t, degreesOfFreedom);
}

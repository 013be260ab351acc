import jstat from 'jstat';

/** The value that a variable of Student's t distribution is below with probability `p`. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return jstat.jStat.studentt.inv(p, degreesOfFreedom);
}

/** P(T > t), t ≥ 0. Taken from the lower tail, which keeps its digits where it is small. */
export function tailProbability(t: number, degreesOfFreedom: number): number {
  return t === Infinity ? 0 : jstat.jStat.studentt.cdf(-t, degreesOfFreedom);
}

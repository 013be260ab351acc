import { sum } from './sum.js';

const entropyOf = (probabilities: readonly number[]): number =>
  -sum(probabilities.map((p) => (p > 0 ? p * Math.log(p) : 0)));

/** The signals of one token under one distribution, as `TokenSignals` defines them. */
export function signalsOfToken(logProbs: Float64Array, target: number, topK: number) {
  const all = [...logProbs].map(Math.exp);
  const p = all[target];
  const descending = [...all].sort((a, b) => b - a);
  const top = descending.slice(0, topK);
  const topMass = sum(top);
  return {
    logProb: logProbs[target],
    entropy: entropyOf(all),
    topEntropy: entropyOf(top.map((value) => value / topMass)),
    rank: 1 + all.filter((value) => value > p).length,
    expectedRank: sum(descending.map((value, index) => (index + 1) * value)),
    maxProb: descending[0],
    sumSquaredProb: sum(all.map((value) => value ** 2)),
    mass: sum(all.filter((value) => value <= p)),
  };
}

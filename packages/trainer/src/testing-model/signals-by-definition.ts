import type { ModelSignalName } from '@profit-sft/core';

/** Each signal straight from its definition, in float64, from each token's log-probabilities over the vocabulary. */
export function signalsByDefinition(
  rows: readonly Float64Array[],
  targets: Int32Array,
  names: readonly ModelSignalName[],
  topK: number,
): { readonly [K in ModelSignalName]?: Float32Array } {
  const entropy = (logProbs: readonly number[]): number =>
    logProbs.reduce((sum, logProb) => sum - Math.exp(logProb) * logProb, 0);
  const of: Record<ModelSignalName, (row: number[], target: number) => number> = {
    logProb: (row, target) => row[target],
    entropy,
    topEntropy: (row) => {
      const top = row.toSorted((a, b) => b - a).slice(0, topK);
      const mass = Math.log(top.reduce((sum, logProb) => sum + Math.exp(logProb), 0));
      return entropy(top.map((logProb) => logProb - mass));
    },
    rank: (row, target) => 1 + row.filter((logProb) => logProb > row[target]).length,
    expectedRank: (row) =>
      row.toSorted((a, b) => b - a).reduce((sum, logProb, index) => sum + (index + 1) * Math.exp(logProb), 0),
    maxProb: (row) => Math.exp(Math.max(...row)),
    sumSquaredProb: (row) => row.reduce((sum, logProb) => sum + Math.exp(2 * logProb), 0),
    mass: (row, target) => row.reduce((sum, logProb) => sum + (logProb <= row[target] ? Math.exp(logProb) : 0), 0),
  };
  return Object.fromEntries(
    names.map((name) => [name, Float32Array.from(rows, (row, token) => of[name]([...row], targets[token]))]),
  );
}

import { meanAndError } from '@profit-sft/experiments';
import type { PartResult } from './run-part.js';

/** Mean probabilities of reference tokens with what arXiv 2510.00526 finds there for objectives that lean on p. */
const published = [
  { from: 0.76, says: 'in the range where such objectives are ahead' },
  { from: 0.59, says: 'between the ranges where such objectives are level and ahead' },
  { from: 0.5, says: 'in the range where such objectives are level with plain NLL' },
  { from: 0.07, says: 'between the ranges where such objectives are behind and level' },
  { from: 0, says: 'in the range where such objectives are behind, and may fail outright' },
] as const;

export function publishedExpectation(meanProbability: number): string {
  return (published.find(({ from }) => meanProbability >= from) ?? published[published.length - 1]).says;
}

/** How strong the model is on the data before it is trained, which decides what a rule by probability can do. */
export function regimeText({ runs }: PartResult): string {
  const trained = runs.flatMap(({ training }) => training ?? []);
  const before = (name: 'evalMeanProbBefore' | 'evalNllBefore'): number =>
    meanAndError(trained.flatMap(({ metrics }) => metrics[name] ?? [])).mean;
  const probability = before('evalMeanProbBefore');
  return (
    `Before training the model gives the tokens of held-out references a mean probability of ${probability.toFixed(3)} (NLL ${before('evalNllBefore').toFixed(3)}). ` +
    `In arXiv 2510.00526 objectives that lean on p are ahead of plain NLL where this is 0.76 to 0.81, level at 0.50 to 0.59, and behind at 0.01 to 0.07: ` +
    `this model is ${publishedExpectation(probability)}.`
  );
}

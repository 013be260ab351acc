import type { Random } from '@profit-sft/core';
import type { LabelledResponse } from './label-probabilities.js';

export interface Interval {
  readonly value: number;
  readonly lower: number;
  readonly upper: number;
}

type Sums = readonly [coreSum: number, coreTokens: number, trivialSum: number, trivialTokens: number];

const differenceOf = (prompts: readonly Sums[]): number => {
  const [coreSum, coreTokens, trivialSum, trivialTokens] = prompts.reduce<number[]>(
    (total, sums) => total.map((value, index) => value + sums[index]),
    [0, 0, 0, 0],
  );
  return coreSum / coreTokens - trivialSum / trivialTokens;
};

const resamples = 1000;

/**
 * Mean probability of core tokens less that of trivial ones, with the 95 % percentile interval of a bootstrap that draws whole prompts: tokens of a response, and
 * responses to one prompt, are not independent.
 */
export function clusteredDifference(responses: readonly LabelledResponse[], random: Random): Interval {
  const sums = new Map<string, [number, number, number, number]>();
  for (const { prompt, labels, probabilities } of responses) {
    const own = sums.get(prompt) ?? [0, 0, 0, 0];
    labels.forEach((label, token) => {
      const first = label === 'core' ? 0 : 2;
      own[first] += probabilities[token];
      own[first + 1] += 1;
    });
    sums.set(prompt, own);
  }
  const prompts = [...sums.values()];
  const drawn = Float64Array.from({ length: resamples }, () =>
    differenceOf(prompts.map(() => prompts[random.integer(prompts.length)])),
  ).sort();
  const outside = Math.floor(0.025 * resamples);
  return { value: differenceOf(prompts), lower: drawn[outside], upper: drawn[resamples - 1 - outside] };
}

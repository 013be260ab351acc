import { createRandom } from '@profit-sft/core';
import { bootstrapInterval, shareOf, type ItemShare } from './bootstrap-interval.js';
import { passAtK } from './pass-at-k.js';

/** 2, 4, 8 … below `repeats`, and `repeats` itself. */
function sizesOf(repeats: number): number[] {
  const sizes: number[] = [];
  for (let k = 2; k < repeats; k *= 2) sizes.push(k);
  return repeats > 1 ? [...sizes, repeats] : [];
}

/**
 * avg@n, the mean over questions of the share of their n answers that is correct, and pass@k for k = 2, 4, 8 … n
 * ({@link passAtK}), each with the ends of its 95 % interval (`…Lower`, `…Upper`).
 *
 * Intervals are percentile bootstraps over questions, 1,000 resamples, clustered: a question is drawn with all its answers,
 * which are not independent of each other. They measure how the figure depends on which questions were asked and, in so far as
 * the answers of the questions vary, on the draws; not what another training run would give.
 *
 * @param verdicts for each question, whether each of its answers is correct; at least one question, all with as many answers
 * @param name of the mean, where it is not to be called avg@n
 */
export function repeatedAccuracy(
  verdicts: readonly (readonly boolean[])[],
  seed: number,
  name = `avg@${verdicts[0].length}`,
): Record<string, number> {
  const repeats = verdicts[0].length;
  const correct = verdicts.map((answers) => answers.filter(Boolean).length);
  const shares: [string, ItemShare[]][] = [
    [name, correct.map((hits) => ({ hits, count: repeats }))],
    ...sizesOf(repeats).map((k): [string, ItemShare[]] => [
      `pass@${k}`,
      correct.map((count) => ({ hits: passAtK(repeats, count, k), count: 1 })),
    ]),
  ];
  const metrics: Record<string, number> = {};
  for (const [name, items] of shares) metrics[name] = shareOf(items);
  for (const [name, items] of shares) {
    const { lower, upper } = bootstrapInterval(items, createRandom(seed, 'accuracy', 'bootstrap'));
    metrics[`${name}Lower`] = lower;
    metrics[`${name}Upper`] = upper;
  }
  return metrics;
}

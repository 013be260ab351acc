import { countMatches, countNgrams } from './count-ngrams.js';
import { tokenize13a } from './tokenize-13a.js';

const orders = [1, 2, 3, 4];

/** What BLEU needs of one text or of a sum of texts. */
export interface BleuStatistics {
  /** Words of the text. */
  readonly length: number;
  /** Words of the reference that is nearest in length, of two as near the shorter. */
  readonly referenceLength: number;
  /** For n = 1 … 4: n-grams of the text, and those of them that a reference has, at most as often as the reference that has it most often. */
  readonly total: readonly number[];
  readonly correct: readonly number[];
}

/** @param references at least one */
export function bleuStatistics(text: string, references: readonly string[]): BleuStatistics {
  const words = tokenize13a(text);
  const referenceWords = references.map(tokenize13a);
  const nearest = referenceWords
    .map(({ length }) => length)
    .reduce((best, length) => {
      const [far, nearer] = [Math.abs(best - words.length), Math.abs(length - words.length)];
      return nearer < far || (nearer === far && length < best) ? length : best;
    });
  return {
    length: words.length,
    referenceLength: nearest,
    total: orders.map((order) => Math.max(0, words.length - order + 1)),
    correct: orders.map((order) => {
      const most = new Map<string, number>();
      for (const reference of referenceWords) {
        for (const [ngram, count] of countNgrams(reference, order, ' ')) {
          most.set(ngram, Math.max(count, most.get(ngram) ?? 0));
        }
      }
      return countMatches(countNgrams(words, order, ' '), most);
    }),
  };
}

export function addBleuStatistics(all: readonly BleuStatistics[]): BleuStatistics {
  const sum = (of: (one: BleuStatistics) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    length: sum(({ length }) => length),
    referenceLength: sum(({ referenceLength }) => referenceLength),
    total: orders.map((_, index) => sum(({ total }) => total[index])),
    correct: orders.map((_, index) => sum(({ correct }) => correct[index])),
  };
}

/** exp(1 − referenceLength / length) for texts shorter than their references, else 1 (Papineni et al., 2002). */
export function brevityPenalty({ length, referenceLength }: BleuStatistics): number {
  if (length >= referenceLength) return 1;
  return length === 0 ? 0 : Math.exp(1 - referenceLength / length);
}

/**
 * BLEU (Papineni et al., 2002) in [0, 100]: the brevity penalty times the geometric mean of the precisions of 1- to 4-grams. The i-th precision that is
 * 0 counts as 1 / (2^i · total) (`exp` smoothing of mteval-v13a.pl).
 *
 * @param effectiveOrder take only the orders that the text is long enough for, as for a single sentence; else a text without 4-grams has BLEU 0
 */
export function bleu(statistics: BleuStatistics, effectiveOrder: boolean): number {
  const { total, correct } = statistics;
  if (correct.every((count) => count === 0)) return 0;
  const counted = total.filter((count) => count > 0).length;
  if (counted < orders.length && !effectiveOrder) return 0;
  let smoothing = 1;
  let logs = 0;
  for (let index = 0; index < counted; index++) {
    const precision =
      correct[index] === 0 ? 100 / ((smoothing *= 2) * total[index]) : (100 * correct[index]) / total[index];
    logs += Math.log(precision);
  }
  return brevityPenalty(statistics) * Math.exp(logs / counted);
}

import { splitWhitespace } from '../ifeval/python-text.js';
import { countMatches, countNgrams } from './count-ngrams.js';

const characterOrders = [1, 2, 3, 4, 5, 6];
const wordOrders = [1, 2];
/** Recall counts β² times as much as precision. */
const beta = 2;

const punctuation = new Set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~');

/** For each order: n-grams of the text, of its reference, and of both. */
export type ChrfStatistics = readonly (readonly [text: number, reference: number, matches: number])[];

/** Words with one punctuation mark at an end by itself, as m-popovic/chrF splits them. */
function words(text: string): string[] {
  return splitWhitespace(text).flatMap((word) => {
    const characters = [...word];
    if (characters.length === 1) return [word];
    const [first, last] = [characters[0], characters[characters.length - 1]];
    if (punctuation.has(last)) return [word.slice(0, -1), last];
    return punctuation.has(first) ? [first, word.slice(1)] : [word];
  });
}

/** Of 1 to 6 characters, then of one and two words. */
function ngramsOf(text: string): Map<string, number>[] {
  // Characters are code points; white space is none of them.
  const characters = [...splitWhitespace(text).join('')];
  const ofWords = words(text);
  return [
    ...characterOrders.map((order) => countNgrams(characters, order, '')),
    ...wordOrders.map((order) => countNgrams(ofWords, order, ' ')),
  ];
}

const sizeOf = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);

/**
 * chrF in [0, 100] (Popović, 2015): the F-score, recall weighted β = 2, of the means of precision and recall over all orders that both text and
 * reference are long enough for, as sacrebleu has it.
 */
export function chrf(statistics: ChrfStatistics): number {
  const counted = statistics.filter(([text, reference]) => text > 0 && reference > 0);
  if (counted.length === 0) return 0;
  const mean = (of: (entry: ChrfStatistics[number]) => number): number =>
    counted.reduce((sum, entry) => sum + of(entry), 0) / counted.length;
  const precision = mean(([text, , matches]) => matches / text);
  const recall = mean(([, reference, matches]) => matches / reference);
  if (precision + recall === 0) return 0;
  return (100 * (1 + beta ** 2) * precision * recall) / (beta ** 2 * precision + recall);
}

/** A text's statistics for chrF, and for chrF++ (Popović, 2017), which takes words and pairs of words in. */
export interface BestStatistics {
  readonly chrf: ChrfStatistics;
  readonly chrfPlusPlus: ChrfStatistics;
}

/**
 * Statistics of a text against that of its references with the highest score, the first of several as high.
 *
 * @param references at least one
 */
export function chrfStatistics(text: string, references: readonly string[]): BestStatistics {
  const ofText = ngramsOf(text);
  const candidates = references.map((reference) =>
    ngramsOf(reference).map((ofReference, index): ChrfStatistics[number] => {
      const size = sizeOf(ofReference);
      return [size === 0 ? 0 : sizeOf(ofText[index]), size, countMatches(ofText[index], ofReference)];
    }),
  );
  const best = (all: readonly ChrfStatistics[]): ChrfStatistics =>
    all.reduce((first, candidate) => (chrf(candidate) > chrf(first) ? candidate : first));
  return {
    chrf: best(candidates.map((candidate) => candidate.slice(0, characterOrders.length))),
    chrfPlusPlus: best(candidates),
  };
}

export function addChrfStatistics(all: readonly ChrfStatistics[]): ChrfStatistics {
  return all.reduce((sum, one) =>
    sum.map(([text, reference, matches], index) => {
      const [moreText, moreReference, moreMatches] = one[index];
      return [text + moreText, reference + moreReference, matches + moreMatches];
    }),
  );
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { splitWhitespace } from '../ifeval/python-text.js';
import { testData } from '../testing-data/test-data.js';
import { addBleuStatistics, bleu, bleuStatistics, brevityPenalty } from './bleu.js';
import { addChrfStatistics, chrf, chrfStatistics } from './chrf.js';

type Pair = readonly [text: string, references: readonly string[]];

interface Scores {
  readonly bleu: number;
  readonly brevityPenalty: number;
  readonly lengthRatio: number;
  readonly chrf: number;
  readonly chrfPlusPlus: number;
  readonly sentenceBleu: readonly number[];
  readonly sentenceChrf: readonly number[];
}

/** Written by tools/fixtures/make_overlap_scores.py. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/overlap/sacrebleu.json', import.meta.url), 'utf8')) as {
  readonly rows: readonly Pair[];
  readonly all: Scores;
  readonly firstThree: Scores;
  readonly short: Scores;
};

function scoresOf(rows: readonly Pair[]): Scores {
  const bleuOf = rows.map(([text, references]) => bleuStatistics(text, references));
  const chrfOf = rows.map(([text, references]) => chrfStatistics(text, references));
  const corpus = addBleuStatistics(bleuOf);
  return {
    bleu: bleu(corpus, false),
    brevityPenalty: brevityPenalty(corpus),
    lengthRatio: corpus.length / corpus.referenceLength,
    chrf: chrf(addChrfStatistics(chrfOf.map((one) => one.chrf))),
    chrfPlusPlus: chrf(addChrfStatistics(chrfOf.map((one) => one.chrfPlusPlus))),
    sentenceBleu: bleuOf.map((statistics) => bleu(statistics, true)),
    sentenceChrf: chrfOf.map((one) => chrf(one.chrf)),
  };
}

function expectEqual(actual: number, expected: number, what: string): void {
  expect(Math.abs(actual - expected), `${what}: ${actual}, sacrebleu ${expected}`).toBeLessThanOrEqual(
    1e-9 * Math.abs(expected),
  );
}

const corpusScores = ['bleu', 'brevityPenalty', 'lengthRatio', 'chrf', 'chrfPlusPlus'] as const;

test.each([
  ['300 texts', fixture.rows, fixture.all],
  ['three texts', fixture.rows.slice(0, 3), fixture.firstThree],
  ['the shortest texts', fixture.rows.filter(([text]) => splitWhitespace(text).length < 4), fixture.short],
] as const)('agrees with sacrebleu to 1e-9: %s', (_name, rows, expected) => {
  const actual = scoresOf(rows);
  expect(actual.sentenceBleu.length).toBe(expected.sentenceBleu.length);
  for (const name of corpusScores) expectEqual(actual[name], expected[name], name);
  for (const name of ['sentenceBleu', 'sentenceChrf'] as const) {
    rows.forEach((row, index) =>
      expectEqual(actual[name][index], expected[name][index], `${name} of ${JSON.stringify(row)}`),
    );
  }
});

test('a corpus without 4-grams has BLEU 0, a sentence without them has not', () => {
  const statistics = bleuStatistics('one two three', ['one two three']);
  expect(bleu(statistics, false)).toBe(0);
  expect(bleu(statistics, true)).toBeCloseTo(100, 12);
});

const e2e = join(testData, 'sft/e2e_nlg/testset_w_refs.csv');
describe.skipIf(!existsSync(e2e))('on E2E (skipped where PROFIT_TEST_DATA is absent)', () => {
  test('each first reference against the others, to 1e-9', () => {
    const rows = new Map<string, string[]>();
    // Every field of that file is quoted, and none holds a line break.
    for (const line of readFileSync(e2e, 'utf8').trim().split(/\r?\n/).slice(1)) {
      const [prompt, reference] = [...line.matchAll(/"((?:[^"]|"")*)"(?:,|$)/g)].map(([, field]) =>
        field.replaceAll('""', '"'),
      );
      rows.set(prompt, [...(rows.get(prompt) ?? []), reference]);
    }
    const pairs = [...rows.values()].flatMap(([first, ...others]): Pair[] =>
      others.length > 0 ? [[first, others]] : [],
    );
    expect(pairs.length).toBe(616);
    const actual = scoresOf(pairs);
    // python tools/fixtures/make_overlap_scores.py testset_w_refs.csv
    const expected = {
      ...{ bleu: 58.85092502051179, brevityPenalty: 1, lengthRatio: 1.004354136429608 },
      ...{ chrf: 73.58254795886549, chrfPlusPlus: 72.15311811650335 },
    };
    for (const name of corpusScores) expectEqual(actual[name], expected[name], name);
  });
});

/** Held to what lm-evaluation-harness itself computes with PyTorch: tools/fixtures/make_choice_scores.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '@profit-sft/backend-reference';
import type { Evaluator, FrozenModel, Json, Row, Tokenizer } from '@profit-sft/core';
import { inlineDataset, packExamples } from '@profit-sft/datasets';
import { openTokenizer } from '@profit-sft/tokenizers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasTestData, testData } from '../testing-data/test-data.js';
import { contextOf } from '../testing-model/bigram-language-model.js';
import { writingContext } from '../testing-model/writing-model.js';
import { arcChallenge } from './arc-challenge.js';
import { encodeContinuation } from './encode-continuation.js';
import { hellaswag } from './hellaswag.js';
import { mmluProLikelihood } from './mmlu-pro-likelihood.js';
import { mmluPro } from './mmlu-pro.js';

interface HarnessScores {
  readonly context: string;
  readonly options: readonly string[];
  /** Ids of context and option together, by spaces. */
  readonly tokens: readonly string[];
  readonly logLikelihoods: readonly number[];
  readonly accuracy: number;
  readonly normalisedAccuracy: number;
  readonly chosen: number;
  readonly chosenNormalised: number;
}

const fixture = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../fixtures/choices/${name}.json`, import.meta.url), 'utf8'));
const records: Readonly<Record<string, readonly Record<string, Json>[]>> = fixture('rows');
const harness = fixture('lm-evaluation-harness');

const rowsOf = (name: string): Row[] =>
  records[name].map((metadata) => ({ prompt: String(metadata.question ?? metadata.ctx), metadata }));

describe.skipIf(!hasTestData)(
  `on stories260K${hasTestData ? '' : ' (skipped: PROFIT_TEST_DATA has no models)'}`,
  () => {
    let model: FrozenModel;
    let tokenizer: Tokenizer;
    beforeAll(async () => {
      const directory = join(testData, 'models/stories260K/hf');
      model = await openModel(directory, { saveDtype: 'F32' });
      tokenizer = await openTokenizer(directory);
    });
    afterAll(() => model.dispose());

    test.each<[string, Evaluator]>([
      ['arc-challenge', arcChallenge()],
      ['hellaswag', hellaswag()],
      ['mmlu-pro-likelihood', mmluProLikelihood({ shots: 0 })],
    ])(
      '%s: ids, log-likelihoods, choices and metrics are the harness’s',
      async (name, evaluator) => {
        const expected: readonly HarnessScores[] = harness[name];
        for (const { context, options, tokens } of expected) {
          options.forEach((option, index) => {
            const encoded = encodeContinuation(tokenizer, context, ` ${option}`);
            expect([...encoded.tokens].join(' ')).toBe(tokens[index]);
          });
        }
        const { metrics, items } = await evaluator.evaluate(
          contextOf({
            ...{ model, tokenizer, dataset: inlineDataset(rowsOf(name)) },
            pack: (examples) => packExamples(examples, { maxTokens: 512, packing: true }),
          }),
        );
        expect(items).toHaveLength(expected.length);
        items.forEach((item, row) => {
          (item.logLikelihoods as number[]).forEach((value, option) => {
            expect(value).toBeCloseTo(expected[row].logLikelihoods[option], 3);
          });
          const { accuracy, normalisedAccuracy = expected[row].chosenNormalised } = item.chosen as Record<
            string,
            number
          >;
          expect([accuracy, normalisedAccuracy]).toEqual([expected[row].chosen, expected[row].chosenNormalised]);
        });
        const mean = (key: 'accuracy' | 'normalisedAccuracy') =>
          expected.reduce((sum, scores) => sum + scores[key], 0) / expected.length;
        expect(metrics.accuracy).toBeCloseTo(mean('accuracy'), 12);
        if (name !== 'mmlu-pro-likelihood')
          expect(metrics.normalisedAccuracy).toBeCloseTo(mean('normalisedAccuracy'), 12);
      },
      120_000,
    );
  },
);

test('mmlu-pro asks with the harness’s texts', async () => {
  const { context, calls } = writingContext(rowsOf('mmlu-pro'));
  await mmluPro({ shots: 1 }).evaluate(context);
  const instruction =
    'The following are multiple choice questions (with answers) about math. Think step by step and then finish your answer ' +
    'with "the answer is (X)" where X is the correct letter choice.';
  const { question, example } = harness['mmlu-pro'];
  expect(calls[0].prompts).toEqual([`${instruction}\n\n${example}${question}`]);
  expect(calls[0].options).toMatchObject({ maxTokens: 2048, temperature: 0 });
});

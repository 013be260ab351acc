import { defineEvaluator, InvalidDataError, ProfitError, schema } from '@profit-sft/core';
import { extractByPattern, lastNumber } from './extract-answer.js';
import { problemOf } from './generation/answer.js';
import { answerWorkList } from './generation/answer-work-list.js';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from './generation/decoding.js';
import { referenceTexts } from './reference-texts.js';
import { repeatedAccuracy } from './statistics/repeated-accuracy.js';

const maxTokens = 64;
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens },
  profit: { ...decodingPresets.profit, maxTokens },
};

/**
 * Share of generated texts in which the answer equals the answer in one of the references.
 *
 * Metrics: `accuracy` with the ends of its interval and, with `repeats`, pass@k (see `repeatedAccuracy`), `correct`, `items`,
 * `answered` (texts in which an answer was found), `truncated` (generations that ran into `maxTokens`) and `unanswered` (prompts that
 * the model cannot be given). Items: `{ row, repeat, prompt, text, answer, expected, correct, finishReason }`, with a `problem` where there is one.
 * @throws InvalidDataError for a row without a reference, or in whose references no answer is found.
 */
export const exactMatch = defineEvaluator({
  name: 'exact-match',
  description: 'generates from each prompt and compares the answer with those of the references',
  source: 'exact match on an extracted answer, as usual for GSM8K (arXiv 2110.14168)',
  options: schema.object({
    answerPattern: schema.optional(
      schema.string({
        description:
          'regular expression whose first group is the answer, for texts and references alike; default: the last number of the text',
      }),
    ),
    ...repeatedDecodingOptions(['greedy', 'profit'], 'greedy'),
  }),
  create({ answerPattern, decoding: preset, ...overrides }) {
    const extract = answerPattern === undefined ? lastNumber : extractByPattern(answerPattern);
    const { decoding, repeats } = resolveDecoding('exact-match', presets[preset], overrides);
    return {
      async evaluate(context) {
        const { dataset, seed } = context;
        if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
        const expected = Array.from({ length: dataset.length }, (_, row) => {
          const answers = referenceTexts(dataset, row, 'exact-match')
            .map(extract)
            .filter((answer) => answer !== undefined);
          if (answers.length > 0) return [...new Set(answers)];
          const sought = answerPattern === undefined ? 'a number' : `a match of ${JSON.stringify(answerPattern)}`;
          throw new InvalidDataError(dataset.origin(row), `no answer in its references: expected ${sought}`);
        });

        const rows = [...expected.keys()];
        const answers = await answerWorkList(context, { evaluator: 'exact-match', rows, repeats, decoding });
        const graded = answers.map((ofRow) =>
          ofRow.map((written) => {
            const { row, repeat, prompt, text, finishReason } = written;
            const answer = extract(text) ?? null;
            const correct = answer !== null && expected[row].includes(answer);
            return {
              row,
              repeat,
              prompt,
              text,
              answer,
              expected: expected[row],
              correct,
              finishReason,
              ...problemOf(written),
            };
          }),
        );
        const items = graded.flat();
        const count = (test: (item: (typeof items)[number]) => boolean): number => items.filter(test).length;
        return {
          metrics: {
            ...repeatedAccuracy(
              graded.map((ofRow) => ofRow.map(({ correct }) => correct)),
              seed,
              'accuracy',
            ),
            correct: count(({ correct }) => correct),
            items: items.length,
            answered: count(({ answer }) => answer !== null),
            truncated: count(({ finishReason }) => finishReason === 'length'),
            unanswered: count(({ finishReason }) => finishReason === null),
          },
          items,
        };
      },
    };
  },
});

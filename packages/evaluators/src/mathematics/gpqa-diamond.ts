import { createRandom, defineEvaluator, permutation, schema, type Json, type Row } from '@profit-sft/core';
import { extractAnswer } from '@profit-sft/grading';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { evaluateQuestions } from './evaluate-questions.js';
import type { RowProblem } from './question-row.js';

/** `simple-evals` is the default of the source's own sampler. */
const presets = {
  'simple-evals': { temperature: 0.5, repeats: 4, maxTokens: 2048 },
  greedy: { ...decodingPresets.greedy, maxTokens: 2048 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

const letters = ['A', 'B', 'C', 'D'] as const;
const optionColumns = ['Correct Answer', 'Incorrect Answer 1', 'Incorrect Answer 2', 'Incorrect Answer 3'];

interface ChoiceQuestion {
  readonly question: string;
  /** The correct one first. */
  readonly options: readonly string[];
}

function readChoices(row: Row): ChoiceQuestion | RowProblem {
  if (!('prompt' in row)) return { problem: 'is no prompt with options' };
  const metadata: Readonly<Record<string, Json>> = ('metadata' in row ? row.metadata : undefined) ?? {};
  const missing = optionColumns.filter((column) => {
    const value = metadata[column];
    return typeof value !== 'number' && (typeof value !== 'string' || value.trim() === '');
  });
  if (missing.length > 0) return { problem: `has no ${missing.map((column) => `"${column}"`).join(', ')}` };
  return {
    question: row.prompt.trim(),
    options: optionColumns.map((column) => String(metadata[column] as string | number).trim()),
  };
}

/**
 * GPQA Diamond (arXiv 2311.12022): 198 questions of biology, chemistry and physics with four options, as simple-evals asks them.
 * The file is gated and not shipped: rows come from your own copy of `gpqa_diamond.csv`.
 *
 * Prompt: that of simple-evals, no examples: think step by step, last line `Answer: $LETTER`. The order of the options is drawn anew for each
 * answer, from the run's seed, the row and the repeat. Decoding: 4 answers at temperature 0.5, up to 2,048 tokens (simple-evals);
 * `profit` has 8 of up to 8,192. Metric: the share of answers that state the letter of the correct option, found as
 * `extractAnswer(…, 'choice')` does: `Answer: C`, and also other ways to state a choice, which simple-evals counts as wrong.
 *
 * Rows: a prompt with the columns `Correct Answer` and `Incorrect Answer 1` to `3`. Metrics and items as those of `gsm8k`, with
 * the `options` in the order in which they were shown.
 * @throws InvalidDataError when no row can be graded
 */
export const gpqaDiamond = defineEvaluator({
  name: 'gpqa-diamond',
  description:
    'questions of graduate level with four options, answered with a letter; from your own copy of the gated file',
  source: 'GPQA (arXiv 2311.12022); prompt and decoding of openai/simple-evals',
  options: schema.object(repeatedDecodingOptions(['simple-evals', 'greedy', 'profit'], 'simple-evals')),
  create({ decoding, ...overrides }) {
    const resolved = resolveDecoding('gpqa-diamond', presets[decoding], overrides);
    return {
      evaluate(context) {
        /** For each letter, the index of its option. */
        const order = (row: number, repeat: number): readonly number[] => [
          ...permutation(4, createRandom(context.seed, 'gpqa', 'options', row, repeat)),
        ];
        return evaluateQuestions<ChoiceQuestion>(context, {
          name: 'gpqa-diamond',
          ...resolved,
          needs: `rows of a prompt with ${optionColumns.map((column) => `"${column}"`).join(', ')}; map GPQA’s own with the column prompt: Question`,
          readQuestion: readChoices,
          describe: ({ question, options }, row, repeat) => ({
            question,
            options: order(row, repeat).map((option) => options[option]),
          }),
          promptOf: ({ question, options }, row, repeat) =>
            [
              'Answer the following multiple choice question. The last line of your response should be of the following format: ' +
                "'Answer: $LETTER' (without quotes) where LETTER is one of ABCD. Think step by step before answering.",
              question,
              order(row, repeat)
                .map((option, place) => `${letters[place]}) ${options[option]}`)
                .join('\n'),
            ].join('\n\n'),
          grade(text, _, row, repeat) {
            const places = order(row, repeat);
            const expected = letters[places.indexOf(0)];
            const extracted = extractAnswer(text, 'choice') ?? null;
            const correct = extracted === expected;
            const reason = extracted === null ? 'no answer' : correct ? 'equal' : 'different';
            return { correct, extracted, expected, reason };
          },
        });
      },
    };
  },
});

import { defineEvaluator, schema } from '@profit-sft/core';
import { letterOf, type ChoiceQuestion } from './choice-question.js';
import { evaluateByLikelihood } from './evaluate-by-likelihood.js';
import { withExamples } from './leading-examples.js';
import { examplesFor, mmluProOptions, mmluProRows, optionLines, readCategory } from './mmlu-pro-examples.js';

const contextOf = (question: ChoiceQuestion): string => `${question.question}\n${optionLines(question)}Answer:`;

/**
 * MMLU-Pro (arXiv 2406.01574) by the likelihood of the letters, as `leaderboard_mmlu_pro` of lm-evaluation-harness.
 *
 * Prompt: the question, its options as `A. …` and `Answer:`, after `shots` examples of the category with their letters; the likeliest
 * letter is chosen. Metrics: `accuracy` with the ends of its 95 % interval (percentile bootstrap over questions); `questions`, `items`, `truncated`,
 * `ungraded`. Items as those of `arc-challenge`, with the `category`.
 *
 * Rows: as for `mmlu-pro`.
 * @throws InvalidDataError when no row can be scored
 */
export const mmluProLikelihood = defineEvaluator({
  name: 'mmlu-pro-likelihood',
  description: 'questions of 14 subjects with up to ten options, of whose letters the likeliest is chosen',
  source: 'MMLU-Pro (arXiv 2406.01574); leaderboard_mmlu_pro of lm-evaluation-harness',
  options: schema.object(mmluProOptions),
  create: ({ shots, category }) => ({
    evaluate: (context) =>
      evaluateByLikelihood(context, {
        name: 'mmlu-pro-likelihood',
        needs: mmluProRows,
        readQuestion: readCategory(category),
        isExample: ({ workedSolution }) => workedSolution !== undefined,
        contextOf(question, examples) {
          const fitting = examplesFor(question, examples, shots);
          if ('problem' in fitting) return fitting;
          return withExamples(contextOf, question, fitting, ({ gold }) => letterOf(gold));
        },
        continuationsOf: ({ options }) => options.map((_, index) => letterOf(index)),
        metrics: { accuracy: 'none' },
      }),
  }),
});

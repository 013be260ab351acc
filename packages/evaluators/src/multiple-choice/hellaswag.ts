import { defineEvaluator, schema } from '@profit-sft/core';
import type { ChoiceQuestion } from './choice-question.js';
import { evaluateByLikelihood } from './evaluate-by-likelihood.js';
import { shotsOption, withExamples } from './leading-examples.js';
import { readHellaswagRow } from './read-hellaswag-row.js';

const contextOf = ({ question }: ChoiceQuestion): string => question;

export const hellaswagRows =
  'rows of a prompt with "activity_label", "ctx_a", "ctx_b", "endings" and "label"; map HellaSwag’s own with the column prompt: ctx';

/**
 * HellaSwag (arXiv 1905.07830) by likelihood, as `hellaswag` of lm-evaluation-harness.
 *
 * Prompt: `activity: context`, with the harness's cleaning of WikiHow's markup; each ending follows after a space, and the likeliest is
 * chosen. `shots` examples before it (the harness: 0; 10 on the first Open LLM Leaderboard). Metrics and items as those of `arc-challenge`.
 *
 * Rows: a prompt (not read) with the columns `activity_label`, `ctx_a`, `ctx_b`, `endings` and `label`.
 * @throws InvalidDataError when no row can be scored
 */
export const hellaswag = defineEvaluator({
  name: 'hellaswag',
  description: 'endings of everyday scenes, of which the likeliest is chosen',
  source: 'HellaSwag (arXiv 1905.07830); hellaswag of lm-evaluation-harness',
  options: schema.object(shotsOption),
  create: ({ shots }) => ({
    evaluate: (context) =>
      evaluateByLikelihood(context, {
        name: 'hellaswag',
        needs: hellaswagRows,
        readQuestion: readHellaswagRow,
        isExample: (_, row) => row < shots,
        contextOf: (question, examples) => withExamples(contextOf, question, examples),
        continuationsOf: ({ options }) => options,
        metrics: { normalisedAccuracy: 'characters', accuracy: 'none', byteNormalisedAccuracy: 'bytes' },
      }),
  }),
});

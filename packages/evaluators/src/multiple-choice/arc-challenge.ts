import { defineEvaluator, schema } from '@profit-sft/core';
import type { ChoiceQuestion } from './choice-question.js';
import { evaluateByLikelihood } from './evaluate-by-likelihood.js';
import { shotsOption, withExamples } from './leading-examples.js';
import { readArcRow } from './read-arc-row.js';

const contextOf = ({ question }: ChoiceQuestion): string => `Question: ${question}\nAnswer:`;

export const arcRows =
  'rows of a prompt with "choices" and "answerKey"; map ARC’s own with the column prompt: question';

/**
 * ARC-Challenge (arXiv 1803.05457) by likelihood, as `arc_challenge` of lm-evaluation-harness.
 *
 * Prompt: `Question: …\nAnswer:`; each option's text follows after a space, and the likeliest is chosen. `shots` examples before it
 * (the harness: 0; 25 on the first Open LLM Leaderboard). Metrics: `normalisedAccuracy`, by log-likelihood per character (`acc_norm`); `accuracy`,
 * by log-likelihood (`acc`); `byteNormalisedAccuracy`, per byte (`acc_bytes`); each with the ends of its 95 % interval (percentile bootstrap over
 * questions); `questions`, `items`, `truncated`, `ungraded`. Items: `{ row, question, options, logLikelihoods, gold, chosen, correct }`,
 * `chosen` by each metric, `correct` by the first; or `{ row, problem }`.
 *
 * Rows: a prompt, the question, with the columns `choices` (`{ text, label }`) and `answerKey`.
 * @throws InvalidDataError when no row can be scored
 */
export const arcChallenge = defineEvaluator({
  name: 'arc-challenge',
  description: 'science questions with options, of which the likeliest is chosen',
  source: 'ARC (arXiv 1803.05457); arc_challenge of lm-evaluation-harness',
  options: schema.object(shotsOption),
  create: ({ shots }) => ({
    evaluate: (context) =>
      evaluateByLikelihood(context, {
        name: 'arc-challenge',
        needs: arcRows,
        readQuestion: readArcRow,
        isExample: (_, row) => row < shots,
        contextOf: (question, examples) => withExamples(contextOf, question, examples),
        continuationsOf: ({ options }) => options,
        metrics: { normalisedAccuracy: 'characters', accuracy: 'none', byteNormalisedAccuracy: 'bytes' },
      }),
  }),
});

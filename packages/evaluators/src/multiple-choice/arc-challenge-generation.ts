import { defineEvaluator, schema } from '@profit-sft/core';
import { repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { arcRows } from './arc-challenge.js';
import { letterOf, type ChoiceQuestion } from './choice-question.js';
import { choicePresets, evaluateChoicesByGeneration, listLetters } from './choices-by-generation.js';
import { readArcRow } from './read-arc-row.js';

function promptOf(question: ChoiceQuestion): string {
  const options = question.options.map((option, index) => `${letterOf(index)}. ${option}`).join('\n');
  return (
    `Given the following question and candidate answers (${listLetters(question, 'and')}), choose the best answer.\n` +
    `Question: ${question.question.trim()}\n${options}\n` +
    'Your response should end with "The best answer is [the_letter_of_the_choice]" where the [the_letter_of_the_choice] is one of ' +
    `${listLetters(question, 'or')}.`
  );
}

/**
 * ARC-Challenge (arXiv 1803.05457) by generation, with the prompt of `arc_challenge_chat` of lm-evaluation-harness, which does not say how many
 * answers there are here: some questions have three or five. The answer is not begun for the model.
 *
 * Decoding: greedy, 512 tokens; `profit` is the paper's. Metric: the letter that the response states is that of the right option.
 * Metrics and items as those of `gsm8k`, with the `options`.
 *
 * Rows: as for `arc-challenge`.
 * @throws InvalidDataError when no row can be asked
 */
export const arcChallengeGeneration = defineEvaluator({
  name: 'arc-challenge-generation',
  description: 'science questions with options, answered with a letter',
  source: 'ARC (arXiv 1803.05457); prompt of arc_challenge_chat of lm-evaluation-harness',
  options: schema.object(repeatedDecodingOptions(['greedy', 'profit'], 'greedy')),
  create({ decoding, ...overrides }) {
    const name = 'arc-challenge-generation';
    const resolved = resolveDecoding(name, choicePresets[decoding], overrides);
    const benchmark = { name, ...resolved, needs: arcRows, readQuestion: readArcRow, promptOf };
    return { evaluate: (context) => evaluateChoicesByGeneration(context, benchmark) };
  },
});

import { defineEvaluator, schema } from '@profit-sft/core';
import { repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { letterOf, type ChoiceQuestion } from './choice-question.js';
import { choicePresets, evaluateChoicesByGeneration } from './choices-by-generation.js';
import { hellaswagRows } from './hellaswag.js';
import { readHellaswagRow } from './read-hellaswag-row.js';

function promptOf({ question, options }: ChoiceQuestion): string {
  const letters = options.map((_, index) => `'${letterOf(index)}'`).join(', ');
  return [
    question,
    'Question: Which ending makes the most sense?',
    ...options.map((option, index) => `${letterOf(index)}. ${option}`),
    `You may choose from ${letters}.`,
    'Answer:',
  ].join('\n');
}

/**
 * HellaSwag (arXiv 1905.07830) by generation: the scene, `Question: Which ending makes the most sense?`, the endings with letters, as OpenCompass
 * asks, which the paper evaluates with; the texts are cleaned as in `hellaswag`.
 *
 * Decoding: greedy, 512 tokens; `profit` is the paper's. Metric: the letter that the response states is that of the right ending.
 * Metrics and items as those of `gsm8k`, with the `options`.
 *
 * Rows: as for `hellaswag`.
 * @throws InvalidDataError when no row can be asked
 */
export const hellaswagGeneration = defineEvaluator({
  name: 'hellaswag-generation',
  description: 'endings of everyday scenes, chosen by letter',
  source: 'HellaSwag (arXiv 1905.07830); prompt of OpenCompass',
  options: schema.object(repeatedDecodingOptions(['greedy', 'profit'], 'greedy')),
  create({ decoding, ...overrides }) {
    const name = 'hellaswag-generation';
    const resolved = resolveDecoding(name, choicePresets[decoding], overrides);
    const benchmark = { name, ...resolved, needs: hellaswagRows, readQuestion: readHellaswagRow, promptOf };
    return { evaluate: (context) => evaluateChoicesByGeneration(context, benchmark) };
  },
});

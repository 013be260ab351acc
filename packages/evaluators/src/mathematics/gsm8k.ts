import { defineEvaluator, schema } from '@profit-sft/core';
import { extractAnswer, gradeMathematics } from '@profit-sft/grading';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { evaluateQuestions } from './evaluate-questions.js';
import { gsm8kExamples } from './gsm8k-examples.js';
import { readQuestion } from './question-row.js';

/** What ends an answer in lm-evaluation-harness. */
const stop = ['Q:', '</s>', '<|im_end|>'];

/** The maxTokens of `greedy` is lm-evaluation-harness's default, that of `profit` the paper's. */
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 256 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

const prompts = {
  '8-shot': (question: string): string =>
    [...gsm8kExamples.map(([asked, answer]) => `Q: ${asked}\nA: ${answer}`), `Q: ${question}\nA:`].join('\n\n'),
  'zero-shot': (question: string): string => `Q: ${question}\nA: Let's think step by step.`,
};

/**
 * GSM8K (arXiv 2110.14168), as lm-evaluation-harness asks it.
 *
 * Prompt: `8-shot` (`gsm8k_cot`): the chain-of-thought examples of arXiv 2201.11903, then `Q: …\nA:`; `zero-shot`
 * (`gsm8k_cot_zeroshot`): `Q: …\nA: Let's think step by step.` Either is one user turn where the model has a chat template.
 * Decoding: greedy, 256 tokens, up to `Q:`, `</s>` or `<|im_end|>`. Metric: the last number of the answer equals the number
 * after `####` (`flexible-extract`; `strict-match` is not reported).
 *
 * Rows: prompt and completion, the latter a solution that ends with `#### 18`. Metrics: {@link repeatedAccuracy}, then
 * `questions`, `items` (records), `answered` (a number was found), `truncated`, `unanswered`, `ungraded`. Items:
 * `{ row, repeat, question, text, tokens, finishReason, correct, extracted, expected, reason }`.
 * @throws InvalidDataError when no row can be graded
 */
export const gsm8k = defineEvaluator({
  name: 'gsm8k',
  description: 'grade-school word problems, graded by the last number',
  source: 'GSM8K (arXiv 2110.14168); prompts of arXiv 2201.11903 and lm-evaluation-harness',
  options: schema.object({
    prompt: schema.oneOf(['8-shot', 'zero-shot'], {
      default: '8-shot',
      description: 'worked examples before the question, or the question alone',
    }),
    ...repeatedDecodingOptions(['greedy', 'profit'], 'greedy'),
  }),
  create({ prompt, decoding, ...overrides }) {
    const resolved = resolveDecoding('gsm8k', presets[decoding], overrides, stop);
    return {
      evaluate: (context) =>
        evaluateQuestions(context, {
          name: 'gsm8k',
          ...resolved,
          needs: 'rows of prompt and completion; map GSM8K’s own with the columns prompt: question, completion: answer',
          readQuestion(row) {
            const read = readQuestion(row, ['answer']);
            if ('problem' in read) return read;
            const numbers = read.references.map(
              (text) => extractAnswer(text, 'marked') ?? extractAnswer(text, 'last-number') ?? '',
            );
            const expected = [
              ...new Set(numbers.filter((number) => extractAnswer(number, 'last-number') !== undefined)),
            ];
            return expected.length === 0
              ? { problem: 'has no number in its answer' }
              : { question: read.question, expected };
          },
          describe: ({ question }) => ({ question }),
          promptOf: ({ question }) => prompts[prompt](question),
          grade: (text, { expected }) => ({
            ...gradeMathematics(text, expected, { extraction: 'last-number' }),
            expected,
          }),
        }),
    };
  },
});

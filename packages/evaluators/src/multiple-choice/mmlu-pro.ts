import { defineEvaluator, schema, type EvaluationContext } from '@profit-sft/core';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { evaluateQuestions } from '../mathematics/evaluate-questions.js';
import type { ChoiceQuestion } from './choice-question.js';
import { gradeLetter } from './grade-letter.js';
import { examplesFor, mmluProOptions, mmluProRows, optionLines, readCategory } from './mmlu-pro-examples.js';

const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 2048 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

const stop = ['Question:', 'Q:', '</s>', '<|im_end|>'];

const questionText = (question: ChoiceQuestion): string =>
  `Question:\n${question.question}\nOptions:\n${optionLines(question)}`;

function promptOf(question: ChoiceQuestion, examples: readonly ChoiceQuestion[]): string {
  const instruction =
    `The following are multiple choice questions (with answers) about ${question.category}. Think step by step and then ` +
    'finish your answer with "the answer is (X)" where X is the correct letter choice.';
  const worked = examples.map((example) => {
    const solution = example.workedSolution ?? '';
    return (
      questionText(example) + solution.replace("A: Let's think step by step.", "Answer: Let's think step by step.")
    );
  });
  return [instruction, ...worked, `${questionText(question)}Answer: Let's think step by step.`].join('\n\n');
}

/**
 * MMLU-Pro (arXiv 2406.01574) by generation, as `mmlu_pro` of lm-evaluation-harness: five worked examples of the category, chain of thought,
 * greedy, up to 2,048 tokens.
 *
 * Prompt: the source's instruction, `shots` examples (`Question: … Options: A. … Answer: Let's think step by step. …`), the question; one blank line
 * between them. It is one user turn where the model has a chat template. Metric: the letter of the first `answer is (X)` is that of the right option; another form is no answer
 * (the harness's; the paper's own script goes on to guess). Metrics and items as those of `gsm8k`, with `category` and `options`.
 *
 * Rows: a prompt, the question, with the columns `options`, `answer` or `answer_index`, `category`, and, in those that are
 * examples, `cot_content`: the splits validation and test in one data set.
 * @throws InvalidDataError when no row can be asked
 */
export const mmluPro = defineEvaluator({
  name: 'mmlu-pro',
  description: 'questions of 14 subjects with up to ten options, answered with a letter after a chain of thought',
  source: 'MMLU-Pro (arXiv 2406.01574); mmlu_pro of lm-evaluation-harness',
  options: schema.object({ ...mmluProOptions, ...repeatedDecodingOptions(['greedy', 'profit'], 'greedy') }),
  create({ shots, category, decoding, ...overrides }) {
    const resolved = resolveDecoding('mmlu-pro', presets[decoding], overrides, stop);
    const read = readCategory(category);
    return {
      evaluate(context: EvaluationContext) {
        const { dataset } = context;
        const examples = Array.from({ length: dataset.length }, (_, row) => read(dataset.row(row))).filter(
          (question): question is ChoiceQuestion => 'workedSolution' in question,
        );
        return evaluateQuestions<ChoiceQuestion>(context, {
          name: 'mmlu-pro',
          ...resolved,
          needs: mmluProRows,
          readQuestion(row) {
            const question = read(row);
            if ('problem' in question) return question;
            if (question.workedSolution !== undefined) return { problem: 'is an example in the prompts of others' };
            const fitting = examplesFor(question, examples, shots);
            return 'problem' in fitting ? fitting : question;
          },
          describe: ({ question, options, category: subject = '' }) => ({ question, options, category: subject }),
          promptOf: (question) => promptOf(question, examplesFor(question, examples, shots) as ChoiceQuestion[]),
          grade: (text, question) => gradeLetter(/answer is \(?([A-Z])\)?/.exec(text)?.[1], question),
        });
      },
    };
  },
});

import {
  defineEvaluator,
  InvalidDataError,
  ProfitError,
  schema,
  type EvaluationContext,
  type Json,
} from '@profit-sft/core';
import { problemOf } from '../generation/answer.js';
import { answerWorkList } from '../generation/answer-work-list.js';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { gradeInstructions, type InstructionVerdict } from './grade-instructions.js';
import { accuraciesByInstruction, instructionAccuracies } from './instruction-accuracies.js';
import { readInstructionRow, type InstructionRowResult } from './read-instruction-row.js';

/** The maxTokens of `greedy` is lm-evaluation-harness's, that of `profit` the paper's. */
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 1280 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

function recordOf(verdicts: readonly InstructionVerdict[]): { readonly [key: string]: Json } {
  return {
    instructions: verdicts.map(({ id, strict, loose }) => ({ id, strict, loose })),
    strict: verdicts.every(({ strict }) => strict),
    loose: verdicts.every(({ loose }) => loose),
  };
}

/** Rows in the order of the data set; refuses a data set of which no row can be graded. */
async function readRows({ dataset }: EvaluationContext): Promise<InstructionRowResult[]> {
  if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
  const rows: InstructionRowResult[] = [];
  for (let row = 0; row < dataset.length; row++) rows.push(await readInstructionRow(dataset, row));
  const [first] = rows;
  if ('problem' in first && rows.every((row) => 'problem' in row)) {
    throw new InvalidDataError(
      dataset.origin(0),
      `${first.problem}, and no other row can be graded either; ifeval needs rows of prompt, instruction_id_list and kwargs`,
    );
  }
  return rows;
}

/**
 * IFEval: generates from each prompt and grades the response against the instructions in the prompt by program, strictly and
 * loosely.
 *
 * Rows are prompts with `key`, `instruction_id_list` and `kwargs`, as in the benchmark's `input_data.jsonl`. Metrics:
 * `promptLevelStrictAccuracy`, `instructionLevelStrictAccuracy`, `promptLevelLooseAccuracy`, `instructionLevelLooseAccuracy`,
 * each with the ends of a 95 % bootstrap interval over prompts (`…Lower`, `…Upper`); `items` (records), `instructions`
 * (graded ones), `truncated` (generations that ran into `maxTokens`), `unanswered` (prompts longer than the model allows: no
 * instruction followed) and `ungraded` (rows whose instructions or arguments are not IFEval's: left out). Items, in the order of the rows:
 * `{ row, repeat, key, prompt, response, finishReason, instructions: [{ id, strict, loose }], strict, loose }`, with `problem`
 * where there is one. With `repeats` the accuracies are means over the responses.
 * @throws InvalidDataError when no row can be graded.
 */
export const ifeval = defineEvaluator({
  name: 'ifeval',
  description: 'generates from each prompt and checks by program whether its instructions are followed',
  source: 'IFEval (arXiv 2311.07911); google-research/instruction_following_eval',
  options: schema.object({
    byInstruction: schema.boolean({
      default: false,
      description: 'also report the accuracy of each instruction type and group',
    }),
    ...repeatedDecodingOptions(['greedy', 'profit'], 'greedy'),
  }),
  create({ byInstruction, decoding: preset, ...overrides }) {
    const { decoding, repeats } = resolveDecoding('ifeval', presets[preset], overrides);
    return {
      async evaluate(context) {
        const { dataset, seed } = context;
        const rows = await readRows(context);
        const gradable = rows.flatMap((row, index) => ('instructions' in row ? [index] : []));
        const answers = await answerWorkList(context, { evaluator: 'ifeval', rows: gradable, repeats, decoding });
        const answersOf = new Map(gradable.map((row, index) => [row, answers[index]]));
        const items: { [key: string]: Json }[] = [];
        const graded: (readonly InstructionVerdict[])[] = [];
        for (const [index, row] of rows.entries()) {
          const content = dataset.row(index);
          const about = { row: index, key: row.key, prompt: 'prompt' in content ? content.prompt : null };
          if ('problem' in row) items.push({ ...about, response: null, problem: row.problem });
          else {
            for (const answer of answersOf.get(index) ?? []) {
              const { repeat, text: response, finishReason } = answer;
              const verdicts = await gradeInstructions(row.instructions, response);
              graded.push(verdicts);
              items.push({ ...about, repeat, response, finishReason, ...problemOf(answer), ...recordOf(verdicts) });
            }
          }
        }
        return {
          metrics: {
            ...instructionAccuracies(graded, seed, answers[0].length),
            items: items.length,
            instructions: graded.flat().length,
            truncated: items.filter(({ finishReason }) => finishReason === 'length').length,
            unanswered: items.filter(({ finishReason }) => finishReason === null).length,
            ungraded: rows.length - gradable.length,
            ...(byInstruction ? accuraciesByInstruction(graded) : {}),
          },
          items,
        };
      },
    };
  },
});

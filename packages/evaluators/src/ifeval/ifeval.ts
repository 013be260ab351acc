import {
  createRandom,
  defineEvaluator,
  InvalidDataError,
  ProfitError,
  schema,
  type EvaluationContext,
  type Json,
} from '@profit-sft/core';
import { gradeInstructions, type InstructionVerdict } from './grade-instructions.js';
import { accuraciesByInstruction, instructionAccuracies } from './instruction-accuracies.js';
import { readInstructionRow, type InstructionRowResult } from './read-instruction-row.js';

interface Answer {
  readonly response: string;
  readonly finishReason: string | null;
  /** Why there is no answer. */
  readonly problem?: string;
}

interface GenerationSettings {
  readonly maxTokens: number;
  readonly batchSize: number;
  readonly temperature: number;
}

/** What the model writes for each of the rows, in their order. A prompt that the model has no room for is answered blank. */
async function* answers(
  rows: readonly number[],
  { model, tokenizer, encodePrompt, seed }: EvaluationContext,
  { maxTokens, batchSize, temperature }: GenerationSettings,
): AsyncGenerator<Answer> {
  const { maxPositions } = model.description;
  for (let start = 0; start < rows.length; start += batchSize) {
    const prompts = rows.slice(start, start + batchSize).map(encodePrompt);
    const fitting = prompts.filter((prompt) => prompt.length < maxPositions);
    const generations =
      fitting.length === 0
        ? []
        : await model.generate(fitting, {
            maxTokens,
            temperature,
            seed: createRandom(seed, 'ifeval', start).integer(2 ** 31),
          });
    for (const prompt of prompts) {
      const index = fitting.indexOf(prompt);
      if (index < 0) {
        const problem = `the prompt has ${prompt.length} tokens, and the model allows ${maxPositions} in all`;
        yield { response: '', finishReason: null, problem };
        continue;
      }
      const { tokens, finishReason } = generations[index];
      yield { response: tokenizer.decode(tokens), finishReason };
    }
  }
}

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
 * each with the ends of a 95 % bootstrap interval over prompts (`…Lower`, `…Upper`); `items` (rows), `instructions`
 * (graded ones), `truncated` (generations that ran into `maxTokens`), `unanswered` (prompts longer than the model allows: no
 * instruction followed) and `ungraded` (rows whose instructions or arguments are not IFEval's: left out). Items, one per row:
 * `{ row, key, prompt, response, finishReason, instructions: [{ id, strict, loose }], strict, loose }`, with `problem`
 * where there is one.
 * @throws InvalidDataError when no row can be graded.
 */
export const ifeval = defineEvaluator({
  name: 'ifeval',
  description: 'generates from each prompt and checks by program whether its instructions are followed',
  source: 'IFEval (arXiv 2311.07911); google-research/instruction_following_eval',
  options: schema.object({
    maxTokens: schema.integer({ minimum: 1, default: 1280, description: 'most new tokens per prompt' }),
    batchSize: schema.integer({ minimum: 1, default: 16, description: 'prompts generated at once' }),
    temperature: schema.number({ minimum: 0, default: 0, description: '0 is greedy' }),
    byInstruction: schema.boolean({
      default: false,
      description: 'also report the accuracy of each instruction type and group',
    }),
  }),
  create({ byInstruction, ...settings }) {
    return {
      async evaluate(context) {
        const { dataset, seed, onProgress } = context;
        const rows = await readRows(context);
        const gradable = rows.flatMap((row, index) => ('instructions' in row ? [index] : []));
        const generated = answers(gradable, context, settings);
        const items: { [key: string]: Json }[] = [];
        const graded: (readonly InstructionVerdict[])[] = [];
        for (const [index, row] of rows.entries()) {
          const content = dataset.row(index);
          const about = { row: index, key: row.key, prompt: 'prompt' in content ? content.prompt : null };
          if ('problem' in row) {
            items.push({ ...about, response: null, problem: row.problem });
          } else {
            const { value: answer } = (await generated.next()) as { value: Answer };
            const verdicts = await gradeInstructions(row.instructions, answer.response);
            graded.push(verdicts);
            items.push({ ...about, ...answer, ...recordOf(verdicts) });
          }
          onProgress?.(items.length, rows.length);
        }
        return {
          metrics: {
            ...instructionAccuracies(graded, seed),
            items: items.length,
            instructions: graded.flat().length,
            truncated: items.filter(({ finishReason }) => finishReason === 'length').length,
            unanswered: items.filter(({ finishReason }) => finishReason === null).length,
            ungraded: rows.length - graded.length,
            ...(byInstruction ? accuraciesByInstruction(graded) : {}),
          },
          items,
        };
      },
    };
  },
});

import {
  beginTokens,
  defineEvaluator,
  InvalidDataError,
  ProfitError,
  schema,
  type EvaluationContext,
  type Json,
} from '@profit-sft/core';
import type { PythonResult } from '@profit-sft/python-sandbox';
import { problemOf, type Answer } from '../generation/answer.js';
import { answerWorkList } from '../generation/answer-work-list.js';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { promptText } from '../generation/prompt-text.js';
import type { RowProblem } from '../mathematics/question-row.js';
import { repeatedAccuracy } from '../statistics/repeated-accuracy.js';
import { chatPrompt, codeOfAnswer } from './code-answer.js';
import { checkProgram, readHumanevalRow, type HumanevalProblem } from './humaneval-problem.js';
import { loadPythonSandbox } from './open-sandbox.js';

/** The temperatures at which arXiv 2107.03374 has its best pass@1 and pass@100 are 0.2 and 0.8; greedy is usual for pass@1. */
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 512 },
  codex: { temperature: 0.8, topP: 0.95, repeats: 20, maxTokens: 512 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

/** What ends a completion in arXiv 2107.03374, section 2.1: the function is over. */
const completionStop = ['\nclass', '\ndef', '\n#', '\nif', '\nprint'];

function readProblems({ dataset }: EvaluationContext): (HumanevalProblem | RowProblem)[] {
  if (dataset.length === 0) throw new ProfitError('data', 'the data set has no rows to evaluate');
  const rows = Array.from({ length: dataset.length }, (_, row) => readHumanevalRow(dataset.row(row)));
  const [first] = rows;
  if ('problem' in first && rows.every((row) => 'problem' in row)) {
    throw new InvalidDataError(
      dataset.origin(0),
      `${first.problem}, and no other row can be checked either; humaneval needs rows of a prompt with "test" and "entry_point"`,
    );
  }
  return rows;
}

/** A context whose prompts are plain text, whatever chat template there is. */
function withPlainPrompts(context: EvaluationContext): EvaluationContext {
  const { tokenizer, dataset } = context;
  return {
    ...context,
    encodePrompt(row) {
      const text = promptText(typeof row === 'number' ? dataset.row(row) : row);
      return Int32Array.from([...beginTokens(tokenizer, text), ...tokenizer.encode(text, { addSpecialTokens: false })]);
    },
  };
}

/**
 * HumanEval (arXiv 2107.03374): 164 functions to write, each checked by running its tests in `@profit-sft/python-sandbox`, which has to be
 * installed beside this package.
 *
 * `form`: `completion`, the prompt as it is, for base models; the answer ends before `\nclass`, `\ndef`, `\n#`, `\nif` or `\nprint`.
 * `chat`, one user turn that asks for the whole function in a Markdown block, of which the first that defines the function is run. Decoding: greedy,
 * 512 tokens; `codex`: 20 answers at temperature 0.8, top-p 0.95 (section 3.3); `profit`: the paper's. Metric: `pass@1`, the share of answers whose
 * program runs to its end within `timeout` seconds (the source: 3), and the unbiased pass@k for k = 2, 4, 8 … n, with 95 % intervals: see {@link repeatedAccuracy}.
 *
 * Then `questions`, `items`, `timeouts`, `truncated`, `unanswered`, `ungraded`. Items: `{ row, repeat, task, text, tokens, finishReason, correct, outcome,
 * error }`, `error` being the exception with the first line of its message; or `{ row, problem }`.
 *
 * Rows: a prompt with `task_id`, `test` and `entry_point`, as in `HumanEval.jsonl.gz`.
 * @throws InvalidDataError when no row can be checked
 * @throws ProfitError when the sandbox is not installed or does not start
 */
export const humaneval = defineEvaluator({
  name: 'humaneval',
  description: 'Python functions to write, checked by running their tests in a sandbox',
  source: 'HumanEval (arXiv 2107.03374); openai/human-eval',
  options: schema.object({
    form: schema.oneOf(['completion', 'chat'], {
      default: 'completion',
      description: 'the prompt goes on as plain text, or is a user turn that asks for the function',
    }),
    timeout: schema.number({
      ...{ minimum: 0, exclusive: true, maximum: 3600, default: 3 },
      description: 'most seconds of a program',
    }),
    ...repeatedDecodingOptions(['greedy', 'codex', 'profit'], 'greedy'),
  }),
  create({ form, timeout, decoding, ...overrides }) {
    const isChat = form === 'chat';
    const resolved = resolveDecoding('humaneval', presets[decoding], overrides, isChat ? [] : completionStop);
    return {
      async evaluate(context) {
        const rows = readProblems(context);
        const { openPythonSandbox } = await loadPythonSandbox();
        const asked = new Map(
          rows.flatMap((read, row): [number, HumanevalProblem][] => ('problem' in read ? [] : [[row, read]])),
        );
        const problemAt = (row: number): HumanevalProblem => asked.get(row) as HumanevalProblem;
        const answers = await answerWorkList(isChat ? context : withPlainPrompts(context), {
          ...{ evaluator: 'humaneval', ...resolved, rows: [...asked.keys()] },
          promptOf: (row) => ({ prompt: isChat ? chatPrompt(problemAt(row)) : problemAt(row).prompt }),
        });

        const sandbox = openPythonSandbox();
        const run = async ({ row, text, finishReason }: Answer): Promise<PythonResult | undefined> => {
          // The model was not asked.
          if (finishReason === null) return undefined;
          const problem = problemAt(row);
          const completion = isChat ? codeOfAnswer(text, problem) : text;
          // What `exec` calls a module without a name, as in the source: a main guard does not run.
          const moduleName = 'builtins';
          return sandbox.run({ source: checkProgram(problem, completion), moduleName, timeoutSeconds: timeout });
        };
        const items: { [key: string]: Json }[] = rows.flatMap((read, row) =>
          'problem' in read ? [{ row, problem: read.problem }] : [],
        );
        const verdicts: boolean[][] = [];
        let [timeouts, truncated, unanswered] = [0, 0, 0];
        try {
          for (const ofRow of answers) {
            const correct: boolean[] = [];
            for (const answer of ofRow) {
              const result = await run(answer);
              const { row, repeat, text, tokens, finishReason } = answer;
              correct.push(result?.outcome === 'completed');
              if (result?.outcome === 'timeout') timeouts++;
              if (finishReason === 'length') truncated++;
              if (finishReason === null) unanswered++;
              items.push({
                ...{ row, repeat, task: problemAt(row).task, text, tokens, finishReason },
                ...{ correct: result?.outcome === 'completed', outcome: result?.outcome ?? null },
                error: result?.error ?? null,
                ...problemOf(answer),
              });
            }
            verdicts.push(correct);
          }
        } finally {
          await sandbox.close();
        }
        return {
          metrics: {
            ...repeatedAccuracy(verdicts, context.seed, 'pass@1'),
            ...{ questions: asked.size, items: items.length },
            ...{ timeouts, truncated, unanswered, ungraded: rows.length - asked.size },
          },
          items,
        };
      },
    };
  },
});

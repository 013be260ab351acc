import { createHash } from 'node:crypto';
import {
  createRandom,
  type EvaluationContext,
  type GenerateOptions,
  type Generation,
  ProfitError,
  type Row,
  stopAtText,
} from '@profit-sft/core';
import type { Answer } from './answer.js';
import { openAnswers, readAnswers, type OpenAnswers } from './answers-file.js';
import { answersHeader, differences, gradedSettings, type AnswersSettings } from './answers-header.js';
import type { Decoding } from './decoding.js';
import { promptText } from './prompt-text.js';

/** What a model is to answer. */
export interface WorkList {
  /** Name of the evaluator, for messages and for the answers file. */
  readonly evaluator: string;
  /** Rows of the data set. */
  readonly rows: readonly number[];
  /** Answers to each row. */
  readonly repeats: number;
  readonly decoding: Decoding;
  /** The prompt of one answer; default: the row's own. */
  readonly promptOf?: (row: number, repeat: number) => Row;
}

/**
 * Prompts that a model is given at once. It keeps its places filled with them, so only the end of a list leaves places empty;
 * their tokens are held together.
 */
const promptsPerCall = 1024;

/** One answer to be written. */
interface Task {
  readonly row: number;
  readonly repeat: number;
  readonly prompt: string;
  readonly seed: number;
}

const keyOf = ({ row, repeat }: { readonly row: number; readonly repeat: number }): string => `${row} ${repeat}`;

function settingsOf(context: EvaluationContext, work: WorkList, model: string): AnswersSettings {
  const { dataset, seed, answers } = context;
  const prompts = createHash('sha256');
  for (const row of work.rows) {
    for (let repeat = 0; repeat < work.repeats; repeat++) {
      // Without `promptOf` the data set's fingerprint says what the prompts are.
      prompts.update(`${JSON.stringify([row, repeat, work.promptOf?.(row, repeat) ?? null])}\n`);
    }
  }
  const regrades = answers !== undefined && 'regrade' in answers;
  return {
    evaluator: work.evaluator,
    model,
    runtime: regrades ? '' : context.model.description.runtime,
    data: dataset.fingerprint,
    prompts: prompts.digest('hex'),
    items: work.rows.length,
    repeats: work.repeats,
    decoding: work.decoding,
    seed,
  };
}

/** The answers of a file that is complete, without a model. Repeats and decoding are the file's. */
function regraded(
  context: EvaluationContext,
  work: WorkList,
  file: string,
): { finished: Map<string, Answer>; repeats: number } {
  const { header, answers } = readAnswers(file);
  const wanted = settingsOf(context, { ...work, repeats: header.repeats }, header.model);
  const differing = differences(header, answersHeader(wanted), gradedSettings);
  if (differing.length > 0) {
    throw new ProfitError(
      'config',
      `${file}: holds answers to other questions: ${differing.join('; ')}. ` +
        `Grade them with the data, the rows and the options that they were written with (seed ${header.seed}).`,
    );
  }
  return { finished: new Map(answers.map((answer) => [keyOf(answer), answer])), repeats: header.repeats };
}

/** Prompts as ids, and answers to those that the model cannot be given. */
function encodeTasks(
  { model, encodePrompt }: EvaluationContext,
  { promptOf }: WorkList,
  tasks: readonly Task[],
): { fitting: { task: Task; tokens: Int32Array }[]; refused: Answer[] } {
  const { maxPositions } = model.description;
  const fitting: { task: Task; tokens: Int32Array }[] = [];
  const refused: Answer[] = [];
  for (const task of tasks) {
    const { row, repeat, prompt } = task;
    const refuse = (problem: string): void =>
      void refused.push({ row, repeat, prompt, text: '', tokens: 0, finishReason: null, problem });
    let tokens: Int32Array;
    try {
      tokens = encodePrompt(promptOf?.(row, repeat) ?? row);
    } catch (error) {
      if (!ProfitError.isInstance(error)) throw error;
      refuse(error.message);
      continue;
    }
    if (tokens.length === 0) refuse('the prompt is empty: there is nothing to continue');
    else if (tokens.length >= maxPositions) {
      refuse(`the prompt has ${tokens.length} tokens, and the model allows ${maxPositions} in all`);
    } else fitting.push({ task, tokens });
  }
  return { fitting, refused };
}

/** Has the model write the answers of some tasks; each is handed on as soon as it is finished. */
async function generateAnswers(
  context: EvaluationContext,
  work: WorkList,
  tasks: readonly Task[],
  finish: (answer: Answer) => void,
): Promise<void> {
  const { model, tokenizer, seed } = context;
  const { fitting, refused } = encodeTasks(context, work, tasks);
  refused.forEach(finish);
  if (fitting.length === 0) return;
  const { stop, ...decoding } = work.decoding;
  const textStop = stopAtText(tokenizer, stop);
  const reported = new Set<number>();
  let failure: unknown;
  const report = (index: number, { tokens, finishReason }: Generation): void => {
    if (reported.has(index)) return;
    reported.add(index);
    const whole = tokenizer.decode(tokens);
    const text = textStop.cut(whole);
    const { row, repeat, prompt, seed } = fitting[index].task;
    const cutReason = text.length < whole.length ? 'stop' : finishReason;
    finish({ row, repeat, prompt, text, tokens: tokens.length, finishReason: cutReason, seed });
  };
  const options: GenerateOptions = {
    ...decoding,
    seed,
    seeds: fitting.map(({ task }) => task.seed),
    ...(stop.length === 0 ? {} : { until: textStop.until }),
    onFinished: (index, generation) => {
      // An error must not end inside the engine, which calls this between two steps.
      try {
        if (failure === undefined) report(index, generation);
      } catch (error) {
        failure = error;
      }
    },
  };
  const generations = await model.generate(
    fitting.map(({ tokens }) => tokens),
    options,
  );
  if (failure !== undefined) throw failure as Error;
  generations.forEach((generation, index) => report(index, generation));
}

/**
 * Answers a work list with the context's model: `repeats` answers to each row, in the order of the rows. The seed of an answer
 * comes from the run's seed, its row and its repeat, so it does not depend on what else is generated.
 *
 * With `context.answers` each answer is added to a file as soon as it is finished, and what the file holds already is not
 * generated again. A prompt that cannot be given to the model (longer than it allows, empty, without a chat template) is
 * answered with a `problem`. Progress counts answers, those of the file included.
 *
 * @throws LockHeldError when another process writes the file
 * @throws ProfitError when the file's answers were written with other settings, or, to be graded again, are not all there
 */
export async function answerWorkList(context: EvaluationContext, work: WorkList): Promise<Answer[][]> {
  const { dataset, answers: setting, seed, onProgress } = context;
  let repeats = work.repeats;
  let file: OpenAnswers | undefined;
  let finished: Map<string, Answer>;
  if (setting !== undefined && 'regrade' in setting) {
    ({ finished, repeats } = regraded(context, work, setting.file));
  } else {
    file =
      setting === undefined ? undefined : await openAnswers(setting.file, settingsOf(context, work, setting.model));
    finished = new Map(file?.answers.map((answer) => [keyOf(answer), answer]));
  }
  try {
    const tasks = work.rows.flatMap((row) =>
      Array.from({ length: repeats }, (_, repeat): Task => {
        const prompt = promptText(work.promptOf?.(row, repeat) ?? dataset.row(row));
        return { row, repeat, prompt, seed: createRandom(seed, 'answer', row, repeat).integer(2 ** 31) };
      }),
    );
    const open = tasks.filter((task) => !finished.has(keyOf(task)));
    if (setting !== undefined && 'regrade' in setting && open.length > 0) {
      throw new ProfitError(
        'data',
        `${setting.file}: holds ${tasks.length - open.length} of ${tasks.length} answers. Have the model write the others ` +
          'first: profit eval with --model and --answers goes on with the file.',
      );
    }
    let done = tasks.length - open.length;
    onProgress?.(done, tasks.length);
    const finish = (answer: Answer): void => {
      file?.append(answer);
      finished.set(keyOf(answer), answer);
      onProgress?.(++done, tasks.length);
    };
    for (let start = 0; start < open.length; start += promptsPerCall) {
      await generateAnswers(context, work, open.slice(start, start + promptsPerCall), finish);
    }
  } finally {
    file?.close();
  }
  return work.rows.map((row) =>
    Array.from({ length: repeats }, (_, repeat) => finished.get(keyOf({ row, repeat })) as Answer),
  );
}

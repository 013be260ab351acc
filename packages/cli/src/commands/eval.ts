import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  InvalidConfigError,
  type AnswersSetting,
  type Dataset,
  type EvaluationContext,
  type EvaluationResult,
  type Evaluator,
} from '@profit-sft/core';
import { encodeDataset, encodePrompt, packExamples } from '@profit-sft/datasets';
import { readAnswers } from '@profit-sft/evaluators';
import { namedPlugin, registryWith, type PluginArguments } from '../command-line/plugin-arguments.js';
import type { CommandContext } from '../command-line/program.js';
import { dataFile, firstRows, loadDataset } from '../data/load-data.js';
import { encodingNotes } from '../data/encoding-notes.js';
import { absentModel } from '../model/absent-model.js';
import { modelHash } from '../model/directory-hash.js';
import { openModel, type OpenedModel } from '../model/open-model.js';
import { countLine } from '../terminal/count-line.js';
import { textTable } from '../terminal/text-table.js';
import type { Terminal } from '../terminal/terminal.js';

export interface EvalArguments extends PluginArguments {
  /** Absent where answers are graded again. */
  readonly model?: string;
  /** The base of a model that is an adapter. */
  readonly base?: string;
  readonly evaluator: string;
  readonly data: string;
  readonly set: readonly string[];
  readonly rows?: number;
  readonly seed: number;
  readonly microBatchTokens: number;
  /** File that keeps what the model writes. */
  readonly answers?: string;
  /** File whose answers are graded again. */
  readonly regrade?: string;
  readonly json?: boolean;
}

/** What `profit eval --json` prints. */
export interface EvalResult extends EvaluationResult {
  readonly evaluator: string;
}

/** Measures with a model. */
async function evaluateModel(
  evaluator: Evaluator,
  dataset: Dataset,
  options: EvalArguments,
  { model, tokenizer }: OpenedModel,
  answers: AnswersSetting | undefined,
  terminal: Terminal,
  onProgress: EvaluationContext['onProgress'],
): Promise<EvaluationResult> {
  const { rows, report } = await encodeDataset(dataset, tokenizer, {
    maxLength: model.description.maxPositions,
    tooLong: 'truncate',
    allowEmpty: true,
  });
  // Of prompts without answers there is nothing to say: no evaluator scores their tokens.
  const notes = rows.length === 0 ? [] : encodingNotes(report);
  for (const note of notes) terminal.error.write(`${options.data}: ${note}\n`);
  return evaluator.evaluate({
    model,
    tokenizer,
    dataset,
    examples: rows.flat(),
    pack: (examples) => packExamples(examples, { maxTokens: options.microBatchTokens, packing: true }),
    encodePrompt: (row) => encodePrompt(typeof row === 'number' ? dataset.row(row) : row, tokenizer),
    seed: options.seed,
    ...(answers === undefined ? {} : { answers }),
    onProgress,
  });
}

/** Grades answers again. What was drawn for their prompts came from the seed that the file names. */
function regradeAnswers(
  evaluator: Evaluator,
  dataset: Dataset,
  file: string,
  onProgress: EvaluationContext['onProgress'],
): Promise<EvaluationResult> {
  const absent = absentModel(evaluator.name);
  return evaluator.evaluate({
    ...absent,
    dataset,
    pack: (examples) => packExamples(examples, { maxTokens: 1, packing: false }),
    encodePrompt: (row) => encodePrompt(typeof row === 'number' ? dataset.row(row) : row, absent.tokenizer),
    seed: readAnswers(file).header.seed,
    answers: { file, regrade: true },
    onProgress,
  });
}

export async function runEval(options: EvalArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const extended = await registryWith(context.registry, options.plugin);
  const { registry: withBackend, plugin: backend } = await namedPlugin(extended, 'backend', options.backend);
  const { registry, plugin } = await namedPlugin(withBackend, 'evaluator', options.evaluator, options.set);
  const evaluator = registry.evaluator(plugin.name, plugin.options);
  const dataset = firstRows(await loadDataset(registry, dataFile(options.data)), options.rows);
  const line = countLine(terminal.error, evaluator.name);
  let opened: OpenedModel | undefined;
  try {
    let measured: EvaluationResult;
    if (options.regrade !== undefined) {
      measured = await regradeAnswers(evaluator, dataset, resolve(options.regrade), line.show);
    } else {
      if (options.model === undefined) {
        const message = 'name the model to measure; only --regrade, which grades answers in a file again, needs none';
        throw new InvalidConfigError('profit eval', [{ path: '--model', message }]);
      }
      opened = await openModel(options.model, registry, backend, { base: options.base });
      const answers: AnswersSetting | undefined =
        options.answers === undefined
          ? undefined
          : { file: resolve(options.answers), model: await modelHash(options.model, options.base) };
      measured = await evaluateModel(evaluator, dataset, options, opened, answers, terminal, line.show);
      if (answers !== undefined && (await stat(answers.file).catch(() => undefined)) === undefined) {
        terminal.error.write(`--answers: ${evaluator.name} has the model write nothing, so there is nothing to keep\n`);
      }
    }
    line.clear();
    const { metrics, items } = measured;
    const result: EvalResult = { evaluator: evaluator.name, metrics, items };
    if (options.json === true) terminal.out.write(`${JSON.stringify(result)}\n`);
    else terminal.out.write(`${textTable(Object.entries(metrics).map(([name, value]) => [name, String(value)]))}\n`);
  } finally {
    line.clear();
    await opened?.model.dispose();
  }
}

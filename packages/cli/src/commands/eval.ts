import type { EvaluationResult } from '@profit-sft/core';
import { encodeDataset, encodePrompt, packExamples } from '@profit-sft/datasets';
import { namedPlugin, registryWith, type PluginArguments } from '../command-line/plugin-arguments.js';
import type { CommandContext } from '../command-line/program.js';
import { dataFile, firstRows, loadDataset } from '../data/load-data.js';
import { encodingNotes } from '../data/encoding-notes.js';
import { openModel } from '../model/open-model.js';
import { countLine } from '../terminal/count-line.js';
import { textTable } from '../terminal/text-table.js';

export interface EvalArguments extends PluginArguments {
  readonly model: string;
  /** The base of a model that is an adapter. */
  readonly base?: string;
  readonly evaluator: string;
  readonly data: string;
  readonly set: readonly string[];
  readonly rows?: number;
  readonly seed: number;
  readonly microBatchTokens: number;
  readonly json?: boolean;
}

/** What `profit eval --json` prints. */
export interface EvalResult extends EvaluationResult {
  readonly evaluator: string;
}

export async function runEval(options: EvalArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const extended = await registryWith(context.registry, options.plugin);
  const { registry: withBackend, plugin: backend } = await namedPlugin(extended, 'backend', options.backend);
  const { registry, plugin } = await namedPlugin(withBackend, 'evaluator', options.evaluator, options.set);
  const evaluator = registry.evaluator(plugin.name, plugin.options);
  const dataset = firstRows(await loadDataset(registry, dataFile(options.data)), options.rows);
  const { model, tokenizer } = await openModel(options.model, registry, backend, { base: options.base });
  const line = countLine(terminal.error, evaluator.name);
  try {
    const maxLength = model.description.maxPositions;
    const { rows, report } = await encodeDataset(dataset, tokenizer, {
      maxLength,
      tooLong: 'truncate',
      allowEmpty: true,
    });
    // Of prompts without answers there is nothing to say: no evaluator scores their tokens.
    const notes = rows.length === 0 ? [] : encodingNotes(report);
    for (const note of notes) terminal.error.write(`${options.data}: ${note}\n`);
    const { metrics, items } = await evaluator.evaluate({
      model,
      tokenizer,
      dataset,
      examples: rows.flat(),
      pack: (examples) => packExamples(examples, { maxTokens: options.microBatchTokens, packing: true }),
      encodePrompt: (row) => encodePrompt(typeof row === 'number' ? dataset.row(row) : row, tokenizer),
      seed: options.seed,
      onProgress: line.show,
    });
    line.clear();
    const result: EvalResult = { evaluator: evaluator.name, metrics, items };
    if (options.json === true) terminal.out.write(`${JSON.stringify(result)}\n`);
    else terminal.out.write(`${textTable(Object.entries(metrics).map(([name, value]) => [name, String(value)]))}\n`);
  } finally {
    line.clear();
    await model.dispose();
  }
}

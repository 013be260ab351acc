import { analyseLabels, annotateItems, type LabelAnalysis, type LabelledProbabilities } from '@profit-sft/annotators';
import { createRandom, InvalidDataError, type AnnotatorUsage, type SpanLabel } from '@profit-sft/core';
import { AnnotationFile, type AnnotatedTokens } from '../annotation/annotation-file.js';
import { datasetResponses } from '../annotation/annotation-items.js';
import { analysisTable } from '../annotation/analysis-table.js';
import { tokenProbabilities } from '../annotation/token-probabilities.js';
import { namedPlugin, registryWith, type PluginArguments } from '../command-line/plugin-arguments.js';
import type { CommandContext } from '../command-line/program.js';
import { dataFile, firstRows, loadDataset } from '../data/load-data.js';
import { openModel } from '../model/open-model.js';
import { countLine } from '../terminal/count-line.js';
import { printable, type TerminalStream } from '../terminal/terminal.js';

export interface AnnotateArguments extends PluginArguments {
  readonly data: string;
  readonly annotator: string;
  readonly output: string;
  readonly set: readonly string[];
  readonly model?: string;
  /** The base of a model that is an adapter. */
  readonly base?: string;
  readonly rows?: number;
  readonly permutations: number;
  readonly seed: number;
  readonly microBatchTokens: number;
  readonly json?: boolean;
}

/** What `profit annotate --json` prints. */
export interface AnnotateResult {
  readonly annotator: string;
  readonly output: string;
  readonly responses: number;
  /** Labelled now, and by a run before this one. */
  readonly labelled: number;
  readonly labelledBefore: number;
  /** Without labels: why is in the file. */
  readonly failed: number;
  readonly usage?: AnnotatorUsage;
  /** With a model: target tokens that no label covers, such as end tokens. */
  readonly unlabelledTokens?: number;
  readonly analysis?: LabelAnalysis;
}

function writeUsage(stream: TerminalStream, usage: AnnotatorUsage | undefined): void {
  if (usage === undefined) return;
  const { requests, cached, promptTokens, completionTokens, cost } = usage;
  const price = cost === undefined ? 'cost not known: no prices were given' : `cost ${cost.toFixed(4)}`;
  stream.write(
    `${requests} requests, ${cached} from the cache, ${promptTokens} + ${completionTokens} tokens, ${price}\n`,
  );
}

function labelledProbabilities({ label, probability }: AnnotatedTokens): LabelledProbabilities {
  const covered = label.map((_, token) => token).filter((token) => label[token] !== null);
  return {
    labels: covered.map((token) => label[token] as SpanLabel),
    probabilities: covered.map((token) => probability[token]),
  };
}

/** More would hide everything else; all of them are in the file. */
const shownFailures = 5;

export async function runAnnotate(options: AnnotateArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const extended = await registryWith(context.registry, options.plugin);
  const { registry: withBackend, plugin: backend } = await namedPlugin(extended, 'backend', options.backend);
  const { registry, plugin } = await namedPlugin(withBackend, 'annotator', options.annotator, options.set);
  const annotator = registry.annotator(plugin.name, plugin.options);
  const dataset = firstRows(await loadDataset(registry, dataFile(options.data)), options.rows);
  const responses = datasetResponses(dataset);
  if (responses.length === 0) {
    throw new InvalidDataError(
      options.data,
      'holds no response: rows need references, a completion or an assistant turn',
    );
  }
  const { model: modelDirectory, output } = options;
  const file = new AnnotationFile(output, {
    ...{ annotator: plugin.name, options: plugin.options, data: dataset.fingerprint },
    ...(modelDirectory === undefined ? {} : { model: modelDirectory }),
  });
  const pending = responses.filter((response) => !file.has(response));
  const labelledBefore = responses.length - pending.length;
  const line = countLine(terminal.error, annotator.name);
  let done = labelledBefore;
  let failed = 0;
  try {
    await annotateItems(
      annotator,
      pending.map(({ item }) => item),
      {
        onOutcome: (index, outcome) => {
          const { row, reference, item } = pending[index];
          const origin = dataset.origin(row);
          file.append({ row, reference, origin, response: item.response, ...outcome });
          line.show(++done, responses.length);
          if (!('error' in outcome)) return;
          failed++;
          if (failed > shownFailures) return;
          line.clear();
          terminal.error.write(`${origin}, reference ${reference}: ${printable(outcome.error)}\n`);
        },
      },
    );
  } finally {
    line.clear();
    if (failed > shownFailures) terminal.error.write(`… and ${failed - shownFailures} more failed: see ${output}\n`);
    writeUsage(terminal.error, annotator.usage?.());
  }
  const usage = annotator.usage?.();
  let result: AnnotateResult = {
    ...{ annotator: annotator.name, output, responses: responses.length },
    ...{ labelled: pending.length - failed, labelledBefore, failed },
    ...(usage === undefined ? {} : { usage }),
  };
  let tokens: ReadonlyMap<unknown, AnnotatedTokens> = new Map();
  if (modelDirectory !== undefined) {
    const bySource = new Map(responses.map((source) => [`${source.row}.${source.reference}`, source]));
    const labelled = file.records().flatMap((record) => {
      const source = bySource.get(`${record.row}.${record.reference}`);
      return source === undefined || record.spans === undefined ? [] : [{ record, source }];
    });
    const { model, tokenizer } = await openModel(modelDirectory, registry, backend, { base: options.base });
    const scoring = countLine(terminal.error, 'scoring');
    try {
      const scored = await tokenProbabilities(labelled, { model, tokenizer }, options.microBatchTokens, scoring.show);
      scoring.clear();
      for (const problem of scored.problems.slice(0, shownFailures)) terminal.error.write(`${printable(problem)}\n`);
      const more = scored.problems.length - shownFailures;
      if (more > 0) terminal.error.write(`… and ${more} more responses whose tokens have no labels\n`);
      file.finish(scored.tokens);
      tokens = scored.tokens;
    } finally {
      scoring.clear();
      await model.dispose();
    }
    const all = [...tokens.values()];
    const unlabelledTokens = all.reduce((sum, { label }) => sum + label.filter((one) => one === null).length, 0);
    const random = createRandom(options.seed, 'annotate', 'permutations');
    const { permutations } = options;
    const analysis = analyseLabels(all.map(labelledProbabilities), { random, permutations });
    result = { ...result, unlabelledTokens, analysis };
  } else {
    file.finish(new Map());
  }
  if (options.json === true) terminal.out.write(`${JSON.stringify(result)}\n`);
  else writeResult(terminal.out, result);
}

function writeResult(out: TerminalStream, result: AnnotateResult): void {
  const { labelled, labelledBefore, failed, output, unlabelledTokens, analysis } = result;
  const before = labelledBefore === 0 ? '' : `, ${labelledBefore} before`;
  out.write(`${labelled} responses labelled${before}, ${failed} failed: ${output}\n`);
  if (analysis === undefined) return;
  out.write(`${unlabelledTokens} tokens without a label (end tokens, white space)\n\n${analysisTable(analysis)}\n`);
}

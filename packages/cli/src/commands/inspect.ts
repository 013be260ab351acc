import { writeFile } from 'node:fs/promises';
import {
  createRandom,
  type Example,
  type Tokenizer,
  type TokenSignals,
  type WeighContext,
  writeError,
} from '@profit-sft/core';
import { encodeDataset, packExamples } from '@profit-sft/datasets';
import {
  assertSameTokenizer,
  assertSupplied,
  needsReference,
  openReferenceSignals,
  prepareRule,
  scoreSignals,
  vocabularyOf,
  weighTogether,
  weighTokens,
  type ReferenceData,
  type SignalSources,
} from '@profit-sft/trainer';
import { tokenViewPage, type TokenViewMasking } from '@profit-sft/report';
import { namedPlugin, registryWith, type PluginArguments } from '../command-line/plugin-arguments.js';
import type { CommandContext } from '../command-line/program.js';
import { dataFile, firstRows, loadDataset } from '../data/load-data.js';
import { encodingNotes } from '../data/encoding-notes.js';
import { openModel } from '../model/open-model.js';
import { referenceModel } from '../model/open-reference.js';
import { tokenLegend, tokenLine } from '../terminal/token-colours.js';

export interface InspectArguments extends PluginArguments {
  readonly model: string;
  /** The base of a model that is an adapter. */
  readonly base?: string;
  readonly data: string;
  readonly masking: string;
  readonly threshold?: number;
  readonly set: readonly string[];
  readonly rows: number;
  readonly html?: string;
  readonly reference?: string;
  readonly referenceBackend?: string;
  readonly seed: number;
  readonly microBatchTokens: number;
  readonly json?: boolean;
}

export interface InspectedToken {
  readonly text: string;
  readonly id: number;
  /** Whether it is a response token; the rest is context and has no figures. */
  readonly target: boolean;
  /** Natural log of its probability under the model. */
  readonly logProb?: number;
  readonly probability?: number;
  /** The weight that the rule gives it. */
  readonly weight?: number;
}

/** What `profit inspect --json` prints. */
export interface InspectResult {
  readonly model: string;
  readonly masking: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Response tokens, those with a non-zero weight, and their share. */
  readonly tokens: number;
  readonly kept: number;
  readonly keptFraction: number;
  readonly meanProb: number;
  /** Plain NLL over all response tokens, nats per token. */
  readonly meanNll: number;
  readonly rows: readonly { readonly origin: string; readonly tokens: readonly InspectedToken[] }[];
}

/** Scores each example and asks the rule for its weights, as the first step of a run over these rows would. */
async function inspectExamples(
  { tokenizer, ...sources }: SignalSources & { readonly tokenizer: Tokenizer },
  examples: readonly Example[],
  { microBatchTokens, seed }: InspectArguments,
): Promise<InspectedToken[][]> {
  const { rule, model } = sources;
  const vocabulary = vocabularyOf(tokenizer, model.description);
  if (rule.prepare !== undefined) {
    await prepareRule({ ...sources, examples, vocabulary, microBatchTokens, packing: true }, { seed, totalSteps: 1 });
  }
  const context = (microBatch: number): WeighContext => {
    const random = createRandom(seed, 'inspect', microBatch);
    return { step: 1, totalSteps: 1, random, vocabulary, sources: examples.map(({ source }) => source) };
  };
  const parts: TokenSignals[] = [];
  for (const batch of packExamples(examples, { maxTokens: microBatchTokens, packing: true })) {
    parts.push(await scoreSignals(sources, batch, { examples }));
  }
  const weighed =
    rule.scope === 'step'
      ? weighTogether(rule, parts, context(0))
      : parts.map((signals, microBatch) => weighTokens(rule, signals, context(microBatch)));
  const scored = examples.map(() => [] as { logProb: number; weight: number }[]);
  parts.forEach((signals, part) => {
    for (let index = 0; index < signals.length; index++) {
      scored[signals.sequence[index]][signals.position[index]] = {
        logProb: signals.logProb[index],
        weight: weighed[part].weights[index],
      };
    }
  });
  return examples.map(({ tokens, target }, index) => {
    let position = 0;
    return Array.from(tokens, (id, at): InspectedToken => {
      const text = tokenizer.tokenText(id);
      if (target[at] === 0) return { text, id, target: false };
      const { logProb, weight } = scored[index][position++];
      return { text, id, target: true, logProb, probability: Math.exp(logProb), weight };
    });
  });
}

/** Nothing is cached: a few rows are scored as they come. */
function referenceData(examples: readonly Example[], { microBatchTokens }: InspectArguments): ReferenceData {
  return { examples, fingerprint: '', microBatchTokens, packing: true };
}

function summarise(
  rows: InspectResult['rows'],
): Pick<InspectResult, 'tokens' | 'kept' | 'keptFraction' | 'meanProb' | 'meanNll'> {
  const targets = rows.flatMap(({ tokens }) => tokens.filter(({ target }) => target));
  const kept = targets.filter(({ weight }) => weight !== 0).length;
  const mean = (value: (token: InspectedToken) => number): number =>
    targets.reduce((sum, token) => sum + value(token), 0) / targets.length;
  return {
    tokens: targets.length,
    kept,
    keptFraction: kept / targets.length,
    meanProb: mean(({ probability = 0 }) => probability),
    meanNll: mean(({ logProb = 0 }) => -logProb),
  };
}

/** The slider of the page decides as `profit` with one threshold does; any other rule shows its own weights first. */
function pageMasking(
  masking: string,
  options: Readonly<Record<string, unknown>>,
): { view: TokenViewMasking; threshold: number } {
  const { threshold = 0.1, direction = 'high' } = options;
  const single = typeof threshold === 'number';
  const byThreshold = masking === 'profit' && single && (direction === 'high' || direction === 'low');
  return { view: byThreshold ? direction : 'rule', threshold: single ? threshold : 0.1 };
}

export async function runInspect(options: InspectArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const extended = await registryWith(context.registry, options.plugin);
  const { registry: withModel, plugin: backend } = await namedPlugin(extended, 'backend', options.backend);
  const ofReference = options.referenceBackend ?? options.backend;
  const { registry: withBackend, plugin: referenceBackend } = await namedPlugin(withModel, 'backend', ofReference);
  const settings = [...(options.threshold === undefined ? [] : [`threshold=${options.threshold}`]), ...options.set];
  const { registry, plugin } = await namedPlugin(withBackend, 'masking', options.masking, settings);
  const rule = registry.masking(plugin.name, plugin.options);
  const dataset = firstRows(await loadDataset(registry, dataFile(options.data)), options.rows);
  const reference =
    options.reference === undefined || !needsReference(rule)
      ? undefined
      : await referenceModel(options.reference, { mode: 'online' }, registry, referenceBackend);
  const { model, tokenizer } = await openModel(options.model, registry, backend, { base: options.base });
  let result: InspectResult;
  try {
    assertSupplied(rule, model.description, reference !== undefined, '--reference');
    if (reference !== undefined) assertSameTokenizer(rule, reference, tokenizer);
    const maxLength = model.description.maxPositions;
    const { rows, report } = await encodeDataset(dataset, tokenizer, { maxLength, tooLong: 'truncate' });
    for (const note of encodingNotes(report)) terminal.error.write(`${options.data}: ${note}\n`);
    const examples = rows.flat();
    const signals = reference && (await openReferenceSignals(reference, rule, referenceData(examples, options)));
    let inspected: InspectedToken[][];
    try {
      inspected = await inspectExamples({ model, tokenizer, rule, reference: signals }, examples, options);
    } finally {
      await signals?.close();
    }
    const shown = inspected.map((tokens, index) => ({ origin: dataset.origin(examples[index].row), tokens }));
    const head = { model: options.model, masking: plugin.name, options: plugin.options };
    result = { ...head, ...summarise(shown), rows: shown };
  } finally {
    await model.dispose();
  }

  if (options.html !== undefined) await writePage(options.html, result);
  if (options.json === true) {
    terminal.out.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const { colours } = terminal.out;
  const rows = result.rows.map(({ origin, tokens }) => `${origin}\n${tokenLine(tokens, colours)}\n`);
  const figures = `${result.kept} of ${result.tokens} response tokens kept (${(100 * result.keptFraction).toFixed(1)} %); mean p ${result.meanProb.toFixed(3)}; NLL ${result.meanNll.toFixed(4)} nats/token`;
  terminal.out.write(`${tokenLegend(colours)}\n\n${rows.join('\n')}\n${result.masking}: ${figures}\n`);
  if (options.html !== undefined) terminal.error.write(`page written to ${options.html}\n`);
}

async function writePage(file: string, { model, masking, options, rows }: InspectResult): Promise<void> {
  const { view, threshold } = pageMasking(masking, options);
  const html = tokenViewPage({
    title: `Tokens that ${masking} keeps`,
    model,
    rule: masking,
    threshold,
    view,
    rows: rows.map(({ origin, tokens }) => ({ label: origin, tokens })),
  });
  await writeFile(file, html).catch((error: unknown) => {
    throw writeError(file, error);
  });
}

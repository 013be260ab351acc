import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OutputError, writeError } from '@profit-sft/core';
import type { EncodingReport } from '@profit-sft/datasets';
import { assertNotHeld } from '@profit-sft/durable-files';
import { needsReference, runFiles, train, type TrainResult } from '@profit-sft/trainer';
import type { CommandContext } from '../command-line/program.js';
import { loadRunConfig, type ResolvedPlugin } from '../configuration/load-run-config.js';
import { loadDataset } from '../data/load-data.js';
import { encodingNotes } from '../data/encoding-notes.js';
import { withMemoryOption } from '../model/memory-option.js';
import { openModelBy } from '../model/open-model.js';
import { referenceModel } from '../model/open-reference.js';
import { trainingBackend } from '../model/training-backend.js';
import { shownDuration } from '../terminal/duration.js';
import { progressSink } from '../terminal/progress-sink.js';
import { textTable } from '../terminal/text-table.js';
import type { Terminal } from '../terminal/terminal.js';
import { interruptSignal } from './interrupt-signal.js';

export interface TrainArguments {
  readonly config: string;
  readonly set: readonly string[];
  readonly out?: string;
  readonly resume?: boolean;
  /** MiB. */
  readonly memory?: number;
  readonly json?: boolean;
}

/** Refuses early, before a model is read, what the trainer would refuse anyway. */
async function assertUnused(directory: string): Promise<void> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new OutputError(directory, `cannot be used (${error.code ?? error.message})`, { cause: error });
  });
  if (names.some((name) => name !== runFiles.lock)) {
    throw new OutputError(
      directory,
      'exists already. Choose another with --out, or continue the run in it with --resume',
    );
  }
}

/** Refuses a directory that cannot be made or written, before a model is read and long before a checkpoint is due. */
async function assertWritable(directory: string): Promise<void> {
  for (let at = resolve(directory); ; at = dirname(at)) {
    try {
      return await access(at, constants.W_OK);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || at === dirname(at)) throw writeError(directory, error);
    }
  }
}

export async function runTrain(options: TrainArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const loaded = await loadRunConfig(options.config, options.set, context.registry);
  const { config, registry } = loaded;
  const resolved = options.memory === undefined ? loaded.backend : withMemory(loaded.backend, options.memory);
  const backend = trainingBackend(registry, resolved, options.config);
  const directory = options.out ?? join('runs', loaded.name);
  assertNotHeld(join(directory, runFiles.lock), directory);
  if (options.resume !== true) await assertUnused(directory);
  await assertWritable(directory);
  const masking = registry.masking(loaded.masking.name, loaded.masking.options);
  const trainData = await loadDataset(registry, loaded.train);
  const evaluation = loaded.evaluation === undefined ? undefined : await loadDataset(registry, loaded.evaluation);
  const reference =
    config.reference === undefined || !needsReference(masking)
      ? undefined
      : await referenceModel(config.reference.model, config.reference, registry, loaded.referenceBackend);
  const { model, tokenizer } = await openModelBy(backend, config.model, {
    adapter: config.adapter && { ...config.adapter, seed: config.seed },
  });
  const interrupt = interruptSignal(terminal.error);
  let result: TrainResult;
  try {
    result = await train({
      config,
      model,
      tokenizer,
      masking,
      train: trainData,
      evaluation,
      reference,
      directory,
      resume: options.resume,
      sinks: [progressSink(terminal.error)],
      signal: interrupt.signal,
    });
  } catch (error) {
    throw withMemoryOption(error, registry, resolved);
  } finally {
    interrupt.release();
    await model.dispose();
  }
  if (options.json === true) terminal.out.write(`${JSON.stringify(result)}\n`);
  else summarise(result, directory, terminal);
}

/** `--memory` is the backend's option of that name; one without it refuses it. */
function withMemory({ name, options }: ResolvedPlugin, memory: number): ResolvedPlugin {
  return { name, options: { ...options, memory } };
}

function summarise(result: TrainResult, directory: string, { error }: Terminal): void {
  const { status, steps, totalSteps, skippedSteps, metrics, seconds, tokens, data, model } = result;
  const change = (before: number | undefined, after: number | undefined): string =>
    before === undefined || after === undefined ? 'no held-out data' : `${before.toFixed(4)} → ${after.toFixed(4)}`;
  const rows = [
    [
      'status',
      `${status}, ${steps} of ${totalSteps} steps${skippedSteps === 0 ? '' : `, ${skippedSteps} without an update`}`,
    ],
    ['held-out NLL', `${change(metrics.evalNllBefore, metrics.evalNll)} nats/token`],
    ['held-out objective', change(metrics.evalObjectiveBefore, metrics.evalObjective)],
    ['kept tokens', `${(100 * metrics.keptFraction).toFixed(1)} %`],
    [
      'time',
      `${shownDuration(seconds)}, ${Math.round(tokens / Math.max(seconds, 1e-9)).toLocaleString('en')} tokens/s`,
    ],
    ['model', model],
    ['record', join(directory, 'result.json')],
  ].filter(([name]) => metrics.evalNll !== undefined || !name.startsWith('held-out'));
  for (const [part, report] of Object.entries(data)) {
    for (const note of encodingNotes(report as unknown as EncodingReport)) rows.push([`${part} data`, note]);
  }
  error.write(`${textTable(rows)}\n`);
}

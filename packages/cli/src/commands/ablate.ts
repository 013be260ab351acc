import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exitCodes, InvalidConfigError, type PluginReference } from '@profit-sft/core';
import { acquireLock, makeDirectory } from '@profit-sft/durable-files';
import {
  finishedRun,
  parseAblation,
  resultsTable,
  runJobs,
  specifyBases,
  specifyRuns,
  tableMetrics,
  tableText,
  title,
  writeAblationRecord,
  writeResults,
  type AblationConfig,
  type AblationRecord,
  type JobsProgress,
  type ResultsTable,
  type RunOutcome,
  type RunSpecification,
} from '@profit-sft/experiments';
import { namedPlugin, registryWith } from '../command-line/plugin-arguments.js';
import type { CommandContext } from '../command-line/program.js';
import { workingDirectoryModule } from '../configuration/load-module.js';
import { resolvePluginName } from '../configuration/load-plugins.js';
import { resolveRunConfig, splitReference } from '../configuration/load-run-config.js';
import { readConfigFile } from '../configuration/read-config-file.js';
import { shownDuration } from '../terminal/duration.js';
import type { TerminalStream } from '../terminal/terminal.js';
import { textTable } from '../terminal/text-table.js';
import { interruptSignal } from './interrupt-signal.js';

export interface AblateArguments {
  readonly config: string;
  readonly out?: string;
  /** A launcher's name, or JSON of its name and options. */
  readonly launcher: string;
  readonly plugin?: readonly string[];
  readonly plan?: boolean;
  readonly json?: boolean;
}

/** What `profit ablate --json` prints. */
export interface AblateResult {
  readonly table: ResultsTable;
  readonly runs: readonly {
    readonly hash: string;
    readonly title: string;
    readonly state: string;
    readonly why?: string;
  }[];
}

/** In the ablation's directory: one process at a time starts its runs. */
const lockName = 'lock';

interface Ablation {
  readonly config: AblationConfig;
  readonly runs: readonly RunSpecification[];
  readonly bases: readonly RunSpecification[];
}

async function readAblation(file: string): Promise<Ablation> {
  const path = resolve(file);
  const config = parseAblation(await readConfigFile(path), file);
  const folder = dirname(path);
  const runFile = typeof config.run === 'string' ? resolve(folder, config.run) : path;
  const run: unknown = typeof config.run === 'string' ? await readConfigFile(runFile) : config.run;
  if (typeof run !== 'object' || run === null || Array.isArray(run)) {
    throw new InvalidConfigError(runFile, [{ path: '', message: 'expected an object of configuration keys' }]);
  }
  const runs = specifyRuns(config, run as Record<string, unknown>, { file: runFile, folder }, file);
  return { config, runs, bases: Object.keys(config.evaluations).length === 0 ? [] : specifyBases(runs) };
}

/**
 * Refuses what would fail in every attempt, before anything is started: a configuration that is not valid, a plugin that is not there, options
 * that a rule or an evaluator does not take. Runs that wait for a result are not complete yet.
 */
async function checkRuns(runs: readonly RunSpecification[], { registry }: CommandContext): Promise<void> {
  for (const { run, file, labels, waitsFor, evaluations } of runs) {
    if (waitsFor.length > 0) continue;
    try {
      const loaded = await resolveRunConfig(run, file, registry);
      loaded.registry.masking(loaded.masking.name, loaded.masking.options);
      for (const { evaluator } of Object.values(evaluations)) {
        const { name, options } = splitReference(evaluator as PluginReference);
        const found = await resolvePluginName(loaded.registry, 'evaluator', name, workingDirectoryModule());
        found.registry.evaluator(found.name, options);
      }
    } catch (error) {
      throw new InvalidConfigError(title(labels), [{ path: '', message: (error as Error).message }]);
    }
  }
}

/** Starts `profit` as this process was started. */
function jobCommand(): string[] {
  // In a checkout that is `bin/profit.js`, which runs the sources; installed, the same file runs the build.
  const program = fileURLToPath(new URL('../../bin/profit.js', import.meta.url));
  return [process.execPath, program, 'job'];
}

function progressLine(stream: TerminalStream) {
  const started = performance.now();
  let shown = '';
  return {
    show({ finished, failed, total, running }: JobsProgress): void {
      const text = `${finished} of ${total} runs finished${failed === 0 ? '' : `, ${failed} failed`}, ${shownDuration((performance.now() - started) / 1000)}${running.length === 0 ? '' : `: ${running.join(' · ')}`}`;
      if (stream.interactive) stream.write(`\r\u001b[K${text.slice(0, Math.max(1, stream.columns - 1))}`);
      else if (text !== shown) stream.write(`${text}\n`);
      shown = text;
    },
    clear(): void {
      if (stream.interactive && shown !== '') stream.write('\r\u001b[K');
    },
  };
}

function complaint({ specification, outcome }: RunOutcome): string | undefined {
  const name = `${title(specification.labels)} (${specification.hash})`;
  if (outcome.state === 'failed') return `${name}: ${outcome.failure.message}`;
  if (outcome.state === 'blocked') return `${name}: waits for ${outcome.by}, which did not finish`;
  return outcome.state === 'open' ? `${name}: not finished` : undefined;
}

export async function runAblate(options: AblateArguments, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { config, runs, bases } = await readAblation(options.config);
  const root = resolve(options.out ?? join('ablations', basename(options.config, extname(options.config))));
  const extended = await registryWith(context.registry, options.plugin);
  const { registry, plugin } = await namedPlugin(extended, 'launcher', options.launcher);
  const launcher = registry.launcher(plugin.name, plugin.options);
  const all = [...bases, ...runs];
  await checkRuns(runs, context);
  if (options.plan === true) {
    const jobs = all.map(({ hash, labels }) => ({ hash, title: title(labels), directory: join(root, 'runs', hash) }));
    for (const [index, line] of launcher.plan(jobs, jobCommand()).entries()) {
      terminal.out.write(`# ${jobs[index].title}\n${line}\n`);
    }
    return;
  }
  makeDirectory(root);
  const { repeats, baseline, metrics } = config;
  const record: AblationRecord = {
    ...{ format: 1, repeats, metrics },
    ...(baseline === undefined ? {} : { baseline }),
    runs: all.map(({ hash, labels }) => ({ hash, labels })),
  };
  const lock = await acquireLock(join(root, lockName), {
    subject: root,
    onSilence: ({ process: id, host }, seconds, ofSeconds) => {
      if (seconds > 0) return;
      terminal.error.write(`listening ${ofSeconds} s for process ${id} on ${host}, which worked in ${root}\n`);
    },
  });
  const interrupt = interruptSignal(
    terminal.error,
    'telling runs to write a checkpoint and end, which may take minutes; once more to leave them alone with that',
  );
  const line = progressLine(terminal.error);
  let recorded = false;
  let outcomes: RunOutcome[];
  try {
    outcomes = await runJobs(all, {
      root,
      launcher,
      command: jobCommand(),
      attempts: config.attempts,
      signal: interrupt.signal,
      onProgress(progress) {
        // Not before runJobs has found that the directory holds nothing of another ablation.
        if (!recorded) writeAblationRecord(root, record);
        recorded = true;
        line.show(progress);
      },
    });
  } finally {
    line.clear();
    interrupt.release();
    lock.release();
  }
  const finished = outcomes.flatMap(({ specification, outcome }) =>
    outcome.state === 'finished'
      ? [finishedRun(join(root, 'runs', specification.hash), specification, outcome.result)]
      : [],
  );
  const table = resultsTable(finished, {
    metrics: tableMetrics(config.metrics, Object.keys(config.evaluations), finished),
    repeats,
    baseline,
  });
  writeResults(root, table);
  const interrupted = interrupt.signal.aborted;
  const complaints = outcomes
    .filter(({ outcome }) => outcome.state === 'failed' || !interrupted)
    .flatMap((outcome) => complaint(outcome) ?? []);
  if (options.json === true) {
    const states = outcomes.map((outcome) => {
      const why = complaint(outcome);
      const { hash, labels } = outcome.specification;
      return { hash, title: title(labels), state: outcome.outcome.state, ...(why === undefined ? {} : { why }) };
    });
    const result: AblateResult = { table, runs: states };
    terminal.out.write(`${JSON.stringify(result)}\n`);
  } else {
    const { head, body } = tableText(table);
    if (body.length > 0) terminal.out.write(`${textTable([head, ...body])}\n`);
    terminal.error.write(`\nresults: ${join(root, 'results.md')}, .csv, .json\n`);
  }
  for (const text of complaints) terminal.error.write(`${text}\n`);
  if (interrupted) {
    terminal.error.write(
      `interrupted with ${finished.length} of ${all.length} runs finished; the same command goes on with the others\n`,
    );
    context.setExitCode(exitCodes.interrupted);
  } else if (complaints.length > 0) context.setExitCode(1);
}

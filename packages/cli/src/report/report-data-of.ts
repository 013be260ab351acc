import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OutputError, parseWith, schema, type RunEvent } from '@profit-sft/core';
import { mayBeHeld } from '@profit-sft/durable-files';
import {
  ablationTable,
  isAblation,
  readAblation,
  resultsTable,
  shellQuoted,
  title,
  type AblationDirectory,
  type AblationRun,
  type CachedFiles,
  type ResultsTable,
} from '@profit-sft/experiments';
import type { ReportData, ReportRun, RunStatus } from '@profit-sft/report';
import { parseTrainResult, runFiles } from '@profit-sft/trainer';
import { splitReference } from '../configuration/load-run-config.js';

function ruleOf(configuration: Readonly<Record<string, unknown>> | undefined): ReportRun['rule'] {
  const { masking } = configuration ?? {};
  if (typeof masking !== 'string' && (typeof masking !== 'object' || masking === null)) return undefined;
  const { name, options } = splitReference(masking as string | { name: string });
  return { ...options, name };
}

function statusOf({ result, failure, isHeld, events }: AblationRun): RunStatus {
  if (result !== undefined) return 'finished';
  if (isHeld) return 'running';
  if (failure !== undefined) return 'failed';
  return events.length > 0 ? 'stopped' : 'waiting';
}

function runOfAblation(run: AblationRun): ReportRun {
  const { hash, labels, specification, result, failure, waitsFor, configuration } = run;
  const status = statusOf(run);
  const remark =
    status === 'failed'
      ? failure?.message
      : status === 'waiting' && waitsFor.length > 0
        ? `waits for ${waitsFor.join(', ')}`
        : undefined;
  const rule = specification?.trains === false ? undefined : ruleOf(configuration ?? specification?.run);
  return {
    id: hash,
    title: title(labels),
    labels,
    status,
    ...(remark === undefined ? {} : { note: remark }),
    ...(rule === undefined ? {} : { rule }),
    events: run.events,
    skippedLines: run.skippedLines,
    evaluations: run.evaluations,
    ...(result === undefined ? {} : { environment: result.environment }),
    commands: result?.commands ?? [],
  };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** What the reader has to know is not there. */
function missingParts(runs: readonly ReportRun[]): string[] {
  const lines = runs.reduce((sum, { skippedLines }) => sum + skippedLines, 0);
  const open = runs.filter(({ status }) => status !== 'finished').length;
  const trained = runs.filter(({ events }) => events.some(({ type }) => type === 'step'));
  const untraced = trained.filter(
    ({ events }) => !events.some((event: RunEvent) => event.type === 'step' && Array.isArray(event.probabilityCounts)),
  ).length;
  return [
    ...(open === 0
      ? []
      : [
          `${open} of ${plural(runs.length, 'run')} ${open === 1 ? 'is' : 'are'} not finished: tables and comparisons are of those that are.`,
        ]),
    ...(lines === 0
      ? []
      : [
          `${plural(lines, 'line')} of event logs ${lines === 1 ? 'was no event and is' : 'were no events and are'} left out.`,
        ]),
    ...(untraced === 0
      ? []
      : [
          `${plural(untraced, 'log')} ${untraced === 1 ? 'is' : 'are'} of before probabilities were recorded: no histograms and token maps of ${untraced === 1 ? 'it' : 'them'}.`,
        ]),
  ];
}

function axesOf(runs: readonly ReportRun[]): string {
  const names = [...new Set(runs.flatMap(({ labels }) => Object.keys(labels)))];
  return names.map((name) => `${name} (${new Set(runs.flatMap(({ labels }) => labels[name] ?? [])).size})`).join(' × ');
}

/** The latest table is kept: its bootstrap is the longest part of a page, and changes only when a run is finished. */
function tableMaker(): (root: string, ablation: AblationDirectory, files: CachedFiles) => ResultsTable {
  let made: { readonly key: string; readonly table: ResultsTable } | undefined;
  return (root, ablation, files) => {
    const finished = ablation.runs.flatMap(({ hash, labels, result }) =>
      result === undefined ? [] : { hash, labels },
    );
    const key = JSON.stringify([finished, ablation.record]);
    if (made?.key !== key) made = { key, table: ablationTable(root, ablation, files) };
    return made.table;
  };
}

/** The commands that repeat a run of `profit train`, from the configuration that it recorded. */
function repeatingCommands(directory: string): string[] {
  const program = `process.stdout.write(JSON.stringify(require(process.argv[1]).identity.configuration))`;
  const file = `${basename(directory)}.json`;
  const words = ['node', '-e', program, join(directory, runFiles.record)].map(shellQuoted);
  return [
    `${words.join(' ')} > ${shellQuoted(file)}`,
    ['profit', 'train', file, '--out', `${directory}-repeated`].map(shellQuoted).join(' '),
  ];
}

function trainingStatus(
  directory: string,
  { result, events }: { result: unknown; events: readonly RunEvent[] },
): RunStatus {
  if (result !== undefined) return 'finished';
  if (events.length === 0) return 'waiting';
  const last = events[events.length - 1];
  if (last.type === 'end') return 'stopped';
  return mayBeHeld(join(directory, runFiles.lock)) ? 'running' : 'stopped';
}

const { anything, object, optional, record: recordOf, string } = schema;
/** `run.json` of training, as far as a report reads it. */
const recordSchema = object(
  {
    identity: optional(object({ configuration: optional(recordOf(anything())) }, { open: true })),
    versions: optional(recordOf(string())),
  },
  { open: true },
);

function readTraining(directory: string, name: string, files: CachedFiles) {
  const json = (file: string): unknown => files.json(join(directory, file));
  const found = json(runFiles.record);
  const record = found === undefined ? undefined : parseWith(recordSchema, found, join(directory, runFiles.record));
  const log = files.events(join(directory, runFiles.events));
  if (record === undefined && log.events.length === 0) {
    throw new OutputError(
      directory,
      'has neither runs/ nor run.json: it is the directory of no run. Give that of profit train or profit ablate',
    );
  }
  const outcome = json(runFiles.result);
  const result = outcome === undefined ? undefined : parseTrainResult(outcome, join(directory, runFiles.result));
  const rule = ruleOf(record?.identity?.configuration);
  const versions = Object.entries(record?.versions ?? {}).map(([key, version]) => `${key} ${version}`);
  const run: ReportRun = {
    ...{ id: name, title: name, labels: { run: name }, evaluations: {} },
    status: trainingStatus(directory, { result, events: log.events }),
    ...(rule === undefined ? {} : { rule }),
    ...log,
    ...(versions.length === 0 ? {} : { environment: versions.join(', ') }),
    commands: record === undefined ? [] : repeatingCommands(directory),
  };
  return { run, result };
}

/** As short as keeps them apart: the folder's own name, or more of its path. */
function distinctNames(directories: readonly string[]): string[] {
  const names = directories.map((directory) => basename(directory));
  return new Set(names).size === names.length ? names : [...directories];
}

/**
 * Reads runs for a report: one ablation's directory, or one and more of `profit train`.
 *
 * @param files read again, it reads only what changed
 * @throws OutputError where there is no run
 */
export function reportDataReader(paths: readonly string[], files: CachedFiles): () => ReportData {
  const directories = paths.map((path) => resolve(path));
  const tableOf = tableMaker();
  return () => {
    for (const directory of directories) {
      if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
        throw new OutputError(directory, 'is no directory');
      }
    }
    const [root] = directories;
    if (directories.length === 1 && isAblation(root)) {
      const ablation = readAblation(root, files);
      const runs = ablation.runs.map(runOfAblation);
      return {
        title: basename(root),
        subtitle: `Ablation of ${plural(runs.length, 'run')}: ${axesOf(runs)}`,
        runs,
        repeats: ablation.record?.repeats ?? 'seed',
        table: tableOf(root, ablation, files),
        missing: [
          ...missingParts(runs),
          ...(ablation.record === undefined
            ? [
                'The directory has no ablation.json, as ones of earlier versions: repeats are taken to be seeds, and there is no baseline.',
              ]
            : []),
        ],
      };
    }
    const several = directories.find(isAblation);
    if (several !== undefined) {
      throw new OutputError(
        several,
        'is an ablation’s directory: a report is of one ablation, or of runs of profit train',
      );
    }
    const names = distinctNames(directories);
    const read = directories.map((directory, index) => {
      if (isJob(directory)) {
        throw new OutputError(
          directory,
          `is one run of an ablation; give the ablation’s directory, ${dirname(dirname(directory))}`,
        );
      }
      return readTraining(directory, names[index], files);
    });
    const runs = read.map(({ run }) => run);
    const finished = read.flatMap(({ run, result }) =>
      result === undefined ? [] : [{ labels: run.labels, metrics: { ...result.metrics } as Record<string, number> }],
    );
    const metrics = ['evalNllBefore', 'evalNll', 'trainNllLast', 'keptFraction'].filter((metric) =>
      finished.some((run) => run.metrics[metric] !== undefined),
    );
    return {
      title: names.length === 1 ? names[0] : plural(names.length, 'run'),
      subtitle: directories.join(', '),
      runs,
      ...(finished.length === 0 ? {} : { table: resultsTable(finished, { metrics, repeats: '' }) }),
      missing: missingParts(runs),
    };
  };
}

function isJob(directory: string): boolean {
  return statSync(join(directory, 'specification.json'), { throwIfNoEntry: false }) !== undefined;
}

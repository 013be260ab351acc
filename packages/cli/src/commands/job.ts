import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { exitCodes, type EvaluationResult, type PluginReference, ProfitError, type RunConfig } from '@profit-sft/core';
import { acquireLock, type Lock } from '@profit-sft/durable-files';
import {
  completedRun,
  jobFiles,
  readEvaluation,
  readOutcome,
  readSpecification,
  shellQuoted,
  title,
  writeFailure,
  writeResult,
  type RunSpecification,
} from '@profit-sft/experiments';
import type { TrainResult } from '@profit-sft/trainer';
import type { CommandContext } from '../command-line/program.js';
import { locatedData, resolveRunConfig, splitReference } from '../configuration/load-run-config.js';

/** Runs a command of `profit` in this process; its result, as `--json` prints it. */
type RunCommand = (args: readonly string[]) => Promise<unknown>;

/** A command of a run that did not succeed. */
class CommandError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

function commandRunner({ terminal, registry }: CommandContext): RunCommand {
  return async (args) => {
    const { runProfit } = await import('../command-line/run-profit.js');
    let [out, error] = ['', ''];
    const code = await runProfit(
      [...args, '--json'],
      {
        out: { ...terminal.out, write: (text) => void (out += text) },
        error: {
          ...terminal.error,
          write(text) {
            error += text;
            terminal.error.write(text);
          },
        },
      },
      registry,
    );
    if (code !== 0) throw new CommandError(code, error.trim().split('\n').slice(-5).join('\n'));
    return JSON.parse(out);
  };
}

function dataArgument(data: PluginReference, folder: string): string {
  const { name, options } = locatedData(data, folder);
  return typeof data === 'string' ? String(options.path) : JSON.stringify({ name, ...options });
}

function evaluationArguments(
  { evaluator, data, rows, seed }: RunSpecification['evaluations'][string],
  { model, backend, plugins }: Pick<RunConfig, 'model' | 'backend' | 'plugins'>,
  folder: string,
): string[] {
  const { name, options } = splitReference(evaluator as PluginReference);
  const set = Object.entries(options).flatMap(([key, value]) => ['--set', `${key}=${JSON.stringify(value)}`]);
  return [
    ...['eval', '--model', model, '--evaluator', name, ...set],
    ...['--data', dataArgument(data as PluginReference, folder)],
    ...(rows === undefined ? [] : ['--rows', String(rows)]),
    ...['--seed', String(seed), '--backend', typeof backend === 'string' ? backend : JSON.stringify(backend)],
    ...plugins.flatMap((plugin) => ['--plugin', plugin]),
  ];
}

function numbers(metrics: Readonly<Record<string, unknown>>, prefix = ''): [string, number][] {
  return Object.entries(metrics).flatMap(([name, value]) =>
    typeof value === 'number' ? [[`${prefix}${name}`, value] as [string, number]] : [],
  );
}

async function runJob(
  directory: string,
  specification: RunSpecification,
  lock: Lock,
  context: CommandContext,
): Promise<void> {
  const started = performance.now();
  const root = dirname(dirname(directory));
  const run = completedRun(specification, (hash, metric) => {
    const outcome = readOutcome(root, hash);
    const value = outcome.state === 'finished' ? outcome.result.metrics[metric] : undefined;
    if (value !== undefined) return value;
    throw new ProfitError('config', `the run ${hash}, whose ${metric} this one needs, has no such result`);
  });
  const { config } = await resolveRunConfig(run, specification.file, context.registry);
  const runFile = join(directory, jobFiles.run);
  writeFileSync(runFile, `${JSON.stringify(config, undefined, 2)}\n`);

  const command = commandRunner(context);
  const commands: string[][] = [];
  const metrics: [string, number][] = [];
  let { model } = config;
  if (specification.trains) {
    const args = ['train', runFile, '--out', join(directory, jobFiles.training)];
    commands.push(args);
    const result = (await command([...args, '--resume'])) as TrainResult;
    metrics.push(...numbers(result.metrics));
    ({ model } = result);
  }
  const folder = join(directory, jobFiles.evaluations);
  mkdirSync(folder, { recursive: true });
  for (const [name, evaluation] of Object.entries(specification.evaluations)) {
    const file = join(folder, `${name}.json`);
    const args = evaluationArguments(evaluation, { ...config, model }, specification.folder);
    commands.push(args);
    let result = readEvaluation(file);
    if (result === undefined) {
      result = (await command(args)) as EvaluationResult;
      writeFileSync(file, JSON.stringify(result));
    }
    metrics.push(...numbers(result.metrics, `${name}.`));
  }
  lock.assertHeld();
  writeResult(directory, {
    hash: specification.hash,
    labels: specification.labels,
    metrics: Object.fromEntries(metrics),
    seconds: (performance.now() - started) / 1000,
    environment: `Node ${process.version}, ${process.platform} ${process.arch}, ${availableParallelism()} cores`,
    commands: commands.map((args) => ['profit', ...args].map(shellQuoted).join(' ')),
  });
}

/** Runs one specification to its end: what launchers start. An interrupted one goes on from its last checkpoint. */
export async function runJobCommand(path: string, context: CommandContext): Promise<void> {
  const directory = resolve(path);
  const specification = readSpecification(directory);
  // One that an ablation started that was killed since may work in it still: what it leaves is gone on with, or found finished.
  const lock = await acquireLock(join(directory, jobFiles.lock), {
    subject: directory,
    wait: true,
    onWait: ({ process: id, host }) =>
      void context.terminal.error.write(`waiting for process ${id} on ${host}, which works in ${directory}\n`),
  });
  try {
    if (readOutcome(dirname(dirname(directory)), specification.hash).state === 'finished') return;
    await runJob(directory, specification, lock, context);
  } catch (error) {
    const code = error instanceof CommandError ? error.code : ProfitError.isInstance(error) ? error.exitCode : 1;
    context.setExitCode(code);
    // An interrupted run is not a failed one: it is open, and goes on when it is started again.
    if (code !== exitCodes.interrupted) writeFailure(directory, error instanceof Error ? error.message : String(error));
    context.terminal.error.write(`${title(specification.labels)}: ${(error as Error).message}\n`);
  } finally {
    lock.release();
  }
}

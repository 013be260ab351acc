import type { StandardSchemaV1 } from '@standard-schema/spec';
import { attachDescription } from './attach-description.js';
import type { Plugin } from './plugin.js';

/** A run of an ablation that is ready to start. */
export interface Job {
  readonly hash: string;
  readonly title: string;
  /** Absolute; its specification is there. */
  readonly directory: string;
}

export interface LaunchContext {
  /** A program and its arguments, to which a run's directory is added: starts that run and ends when it has ended. */
  readonly command: readonly string[];
  readonly signal: AbortSignal;
  onStart(job: Job): void;
  /** `problem`: why its process did not end by itself. Whether the run succeeded is in its directory. */
  onEnd(job: Job, problem?: string): void;
}

/** Places runs on machines. */
export interface Launcher {
  readonly name: string;
  /** What it would start or send, exactly, one per element; nothing is started. */
  plan(jobs: readonly Job[], command: readonly string[]): string[];
  /**
   * Starts the runs and waits for all of them. When `signal` aborts, it stops what it started.
   * @throws LauncherError when nothing can be started
   */
  launch(jobs: readonly Job[], context: LaunchContext): Promise<void>;
}

export interface LauncherDefinition<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  readonly description: string;
  readonly source: string;
  readonly options: Options;
  create(options: StandardSchemaV1.InferOutput<Options>): Omit<Launcher, 'name'>;
}

export type LauncherPlugin<Name extends string = string, Options extends StandardSchemaV1 = StandardSchemaV1> = Plugin<
  'launcher',
  Name,
  Options,
  Launcher
>;

/** Defines a launcher: callable with its options in code, and registrable by name. */
export function defineLauncher<const Name extends string, Options extends StandardSchemaV1>(
  definition: LauncherDefinition<Name, Options>,
): LauncherPlugin<Name, Options> {
  return attachDescription('launcher', definition, {}, (options): Launcher => {
    const created = definition.create(options);
    return {
      name: definition.name,
      plan: (jobs, command) => created.plan(jobs, command),
      launch: (jobs, context) => created.launch(jobs, context),
    };
  });
}

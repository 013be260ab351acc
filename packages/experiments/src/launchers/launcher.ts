/** A run that is ready to start. */
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

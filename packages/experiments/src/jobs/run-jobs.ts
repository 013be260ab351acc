import { join } from 'node:path';
import type { Job, Launcher } from '@profit-sft/core';
import { removeAbandonedLock } from '@profit-sft/durable-files';
import { title, type RunSpecification } from '../grid/run-specification.js';
import { clearFailure, jobFiles, prepareJob, readOutcome, writeFailure, type JobOutcome } from './job-directory.js';

export interface RunJobsOptions {
  /** The ablation's directory. */
  readonly root: string;
  readonly launcher: Launcher;
  /** See `LaunchContext`. */
  readonly command: readonly string[];
  /** How often a run that fails is started in all. */
  readonly attempts: number;
  readonly signal: AbortSignal;
  onProgress?(progress: JobsProgress): void;
}

export interface JobsProgress {
  readonly finished: number;
  readonly failed: number;
  readonly total: number;
  readonly running: readonly string[];
}

export interface RunOutcome {
  readonly specification: RunSpecification;
  readonly outcome: JobOutcome | { readonly state: 'blocked'; readonly by: string };
}

/**
 * Runs what is not finished yet. A run whose value comes of another's result waits for that; a failed one is started again, and does
 * not stop the others.
 *
 * @throws OutputError for a directory that holds another specification or a result of another one, before anything is started
 */
export async function runJobs(
  specifications: readonly RunSpecification[],
  options: RunJobsOptions,
): Promise<RunOutcome[]> {
  const { root, launcher, command, signal } = options;
  const jobs = new Map<string, Job>();
  const outcomes = new Map<string, JobOutcome>();
  for (const specification of specifications) {
    const { hash, labels } = specification;
    jobs.set(hash, { hash, title: title(labels), directory: prepareJob(root, specification) });
    outcomes.set(hash, readOutcome(root, hash));
  }
  const starts = new Map<string, number>();
  const running = new Set<string>();
  const isFinished = (hash: string): boolean => outcomes.get(hash)?.state === 'finished';
  const mayStart = ({ hash, waitsFor }: RunSpecification): boolean =>
    !isFinished(hash) &&
    (starts.get(hash) ?? 0) < options.attempts &&
    waitsFor.every((other) => isFinished(other.hash));
  const report = (): void => {
    const states = [...outcomes.values()].map(({ state }) => state);
    options.onProgress?.({
      finished: states.filter((state) => state === 'finished').length,
      failed: states.filter((state) => state === 'failed').length,
      total: states.length,
      running: [...running].map((hash) => (jobs.get(hash) as Job).title),
    });
  };
  report();
  while (!signal.aborted) {
    const ready = specifications.filter(mayStart).map(({ hash }) => jobs.get(hash) as Job);
    if (ready.length === 0) break;
    await launcher.launch(ready, {
      command,
      signal,
      onStart({ hash, directory }) {
        clearFailure(directory);
        starts.set(hash, (starts.get(hash) ?? 0) + 1);
        running.add(hash);
        outcomes.set(hash, { state: 'open' });
        report();
      },
      onEnd({ hash, directory }, problem) {
        running.delete(hash);
        let outcome = readOutcome(root, hash);
        if (outcome.state === 'open' && !signal.aborted) {
          writeFailure(directory, `its process ${problem ?? 'ended without a result'}; see log.txt`);
          outcome = readOutcome(root, hash);
        }
        outcomes.set(hash, outcome);
        report();
      },
    });
  }
  // One whose process was killed when all was done is not started again.
  for (const { directory } of jobs.values()) await removeAbandonedLock(join(directory, jobFiles.lock));
  return specifications.map((specification) => {
    const outcome = outcomes.get(specification.hash) as JobOutcome;
    const blocker = specification.waitsFor.find(({ hash }) => !isFinished(hash));
    if (outcome.state === 'open' && blocker !== undefined) {
      return { specification, outcome: { state: 'blocked', by: (jobs.get(blocker.hash) as Job).title } };
    }
    return { specification, outcome };
  });
}

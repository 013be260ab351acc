import { existsSync, readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { OutputError, parseJson } from '@profit-sft/core';
import { acquireLock, isPartial, makeDirectory, type Lock } from '@profit-sft/durable-files';

/** Names inside a run's directory. */
export const runFiles = {
  /** What the run is: resolved configuration, fingerprints, versions. The first file written. */
  record: 'run.json',
  events: 'events.jsonl',
  checkpoints: 'checkpoints',
  /** The trained model, a Hugging Face directory. */
  model: 'model',
  /** The outcome; the last file written, so where it is, the run is finished. */
  result: 'result.json',
  /** There while a process works in the directory. */
  lock: 'lock',
} as const;

/** What is in an output directory before a run starts in it. */
export type OutputDirectoryContent =
  | { readonly kind: 'empty' }
  /** A run, with what its `run.json` and, if it is finished, its `result.json` say. */
  | { readonly kind: 'run'; readonly record: unknown; readonly result: unknown };

/**
 * The content of a JSON file that a run wrote; undefined where there is none.
 * @throws OutputError when it cannot be read, or is no JSON
 */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OutputError(path, `cannot be read (${(error as Error).message})`, { cause: error });
  }
  try {
    return parseJson(text);
  } catch (error) {
    throw new OutputError(path, 'is not valid JSON; it was changed since the run wrote it', { cause: error });
  }
}

/**
 * Looks at an output directory and changes nothing.
 * @throws OutputError when something is there and `resume` was not asked for, or when what is there is not a run.
 */
export function inspectOutputDirectory(directory: string, resume: boolean): OutputDirectoryContent {
  let names: string[];
  try {
    if (!statSync(directory).isDirectory()) throw new OutputError(directory, 'is a file, not a directory');
    names = readdirSync(directory).filter((name) => name !== runFiles.lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'empty' };
    if (error instanceof OutputError) throw error;
    throw new OutputError(directory, `cannot be read (${(error as Error).message})`, { cause: error });
  }
  if (names.length === 0) return { kind: 'empty' };
  if (!resume) {
    throw new OutputError(
      directory,
      'exists already and is not empty. Choose another directory, or resume the run in it',
    );
  }
  const record = readJson(join(directory, runFiles.record));
  if (record !== undefined) return { kind: 'run', record, result: readJson(join(directory, runFiles.result)) };
  // A process killed before it had written run.json leaves nothing else.
  if (names.every(isPartial)) return { kind: 'empty' };
  throw new OutputError(
    directory,
    `has no ${runFiles.record}, so it is not the directory of a run; nothing was changed`,
  );
}

/** The directory of a run, which no other process may work in until it is released. */
export interface ClaimedDirectory extends Lock {
  readonly content: OutputDirectoryContent;
}

/** A holder on another machine is listened for; reports the seconds of silence of those after which it is gone. */
type OnListening = (what: string, seconds: number, ofSeconds: number) => void;

/**
 * Makes an output directory this process's own, and looks at what is in it. Releasing removes it again where it was made here and nothing
 * was written.
 *
 * @throws LockHeldError when another process works in it
 * @throws OutputError as `inspectOutputDirectory`, or when it cannot be written
 */
export async function claimOutputDirectory(
  directory: string,
  resume: boolean,
  onListening: OnListening,
): Promise<ClaimedDirectory> {
  const lockPath = join(directory, runFiles.lock);
  // What is not a run's is refused before anything is written into it, and what another process works in with its name.
  if (!existsSync(lockPath)) inspectOutputDirectory(directory, resume);
  const made = makeDirectory(directory);
  const lock = await acquireLock(lockPath, {
    subject: directory,
    onSilence: ({ process: id, host }, seconds, ofSeconds) =>
      onListening(`listening for process ${id} on ${host}, which worked in ${directory}`, seconds, ofSeconds),
  });
  const release = (): void => {
    lock.release();
    try {
      if (made) rmdirSync(directory);
    } catch {
      // It has the run.
    }
  };
  try {
    return { content: inspectOutputDirectory(directory, resume), assertHeld: () => lock.assertHeld(), release };
  } catch (error) {
    release();
    throw error;
  }
}

import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import {
  InvalidConfigError,
  isDiskFull,
  OutputError,
  parseWith,
  schema,
  systemErrorCode,
  type Json,
  type MaskingRule,
  type TrainableModel,
  parseJson,
} from '@profit-sft/core';
import {
  isPartial,
  makeDirectory,
  removeDirectoryAtomically,
  removePartials,
  writeDirectoryAtomically,
  writeFileAtomically,
} from '@profit-sft/durable-files';
import { fileChecksum } from './file-checksum.js';
import type { PreviousSignals } from './previous-signals.js';
import type { RunIdentity } from './run-identity.js';
import { runStateSchema, type RunState } from './run-state.js';

const formatVersion = 1;
const recordName = 'trainer.json';
const modelStateName = 'model-state';
const namePattern = /^step-\d{8,15}$/;

const recordSchema = schema.object({
  format: schema.integer(),
  identity: schema.anything(),
  state: runStateSchema,
  ruleState: schema.anything({ optional: true }),
  previousLogProb: schema.anything({ optional: true }),
  /** Length of events.jsonl when the checkpoint was written, in bytes. */
  eventsLength: schema.integer({ minimum: 0 }),
  /** The model state's files by path, their sizes in bytes and checksums; checkpoints of earlier versions have none of these. */
  files: schema.array(
    schema.object({
      path: schema.string(),
      bytes: schema.integer({ minimum: 0 }),
      crc32: schema.optional(schema.integer({ minimum: 0 })),
    }),
  ),
});

/** A complete checkpoint on the disk. */
export interface Checkpoint {
  readonly directory: string;
  readonly modelState: string;
  readonly record: {
    readonly identity: unknown;
    readonly state: RunState;
    readonly ruleState?: unknown;
    readonly previousLogProb?: unknown;
    readonly eventsLength: number;
    readonly files: readonly StateFile[];
  };
}

export interface CheckpointContent {
  readonly model: TrainableModel;
  readonly rule: MaskingRule;
  readonly previous?: PreviousSignals | undefined;
  readonly identity: RunIdentity;
  readonly state: RunState;
  readonly eventsLength: number;
}

interface StateFile {
  readonly path: string;
  readonly bytes: number;
}

function filesOf(directory: string): StateFile[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { path: relative(directory, path).split(sep).join('/'), bytes: statSync(path).size };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const sizeOf = (files: readonly StateFile[]): number => files.reduce((sum, { bytes }) => sum + bytes, 0);

function checkpointDirectory(root: string, step: number): string {
  return join(root, `step-${String(step).padStart(8, '0')}`);
}

/**
 * Writes `root/step-00000012/`: the model's own state and `trainer.json`. It appears under its name only when it is
 * complete and on the disk; then all but the newest `keep` are removed. Returns its directory.
 */
export async function writeCheckpoint(root: string, content: CheckpointContent, keep: number): Promise<string> {
  const directory = checkpointDirectory(root, content.state.step);
  const fill = async (partial: string): Promise<void> => {
    const modelState = join(partial, modelStateName);
    mkdirSync(modelState);
    await content.model.saveState(modelState);
    const record = {
      format: formatVersion,
      identity: content.identity,
      state: content.state,
      ruleState: content.rule.state?.save(),
      previousLogProb: content.previous?.save(content.state.step),
      eventsLength: content.eventsLength,
      files: filesOf(modelState).map((file) => ({ ...file, crc32: fileChecksum(join(modelState, file.path)) })),
    };
    writeFileAtomically(join(partial, recordName), `${JSON.stringify(record, null, 2)}\n`);
  };
  try {
    makeDirectory(root);
    await writeDirectoryAtomically(directory, fill);
  } catch (error) {
    if (isDiskFull(error)) (error as Error).message += `. ${spaceNeeded(root, content)}`;
    throw error;
  }
  removeOldCheckpoints(root, keep);
  return directory;
}

function removeOldCheckpoints(root: string, keep: number): void {
  for (const name of checkpointNames(root).slice(keep)) removeDirectoryAtomically(join(root, name));
}

/** What is known of the newest checkpoint, where reading it is not the point and may fail, too. */
function lastRecord(root: string): Checkpoint['record'] | undefined {
  try {
    return newestCheckpoint(root).checkpoint?.record;
  } catch {
    return undefined;
  }
}

/** Bytes of a parameter in a checkpoint: its weight and AdamW's two moments, in float32. */
const bytesOfParameter = 12;

function spaceNeeded(root: string, { model }: CheckpointContent): string {
  const { parameterCount, trainableParameterCount = parameterCount } = model.description;
  const last = lastRecord(root);
  const bytes = last === undefined ? bytesOfParameter * trainableParameterCount : sizeOf(last.files);
  const takes = `A checkpoint takes about ${(bytes / 2 ** 20).toFixed(1)} MiB, and a smaller keepCheckpoints keeps fewer`;
  const kept =
    last === undefined
      ? 'There is none to go on from'
      : `That of step ${last.state.step} is as it was; go on from it with --resume`;
  return `${takes}. ${kept}`;
}

/** Names of the checkpoints, newest first. */
function checkpointNames(root: string): string[] {
  let names: string[];
  try {
    names = readdirSync(root);
  } catch {
    return [];
  }
  return names.filter((name) => namePattern.test(name)).sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
}

/**
 * The checkpoint in `directory`, or undefined when it is not what was written: no record, or files missing, of another
 * size or with another checksum.
 * @throws InvalidConfigError when it was written in a format that this version does not know
 * @throws OutputError when the system does not let it be read: it may be as good as ever, and what is damaged is removed
 */
function readCheckpoint(directory: string): Checkpoint | undefined {
  let parsed: unknown;
  try {
    parsed = parseJson(readFileSync(join(directory, recordName), 'utf8'));
  } catch (error) {
    return damaged(directory, error);
  }
  const format = (parsed as { format?: unknown } | null)?.format;
  if (format !== formatVersion) {
    throw new InvalidConfigError(join(directory, recordName), [
      { path: 'format', message: `is ${JSON.stringify(format)}; this version reads ${formatVersion}` },
    ]);
  }
  const record = parseWith(recordSchema, parsed, join(directory, recordName));
  const modelState = join(directory, modelStateName);
  try {
    const recorded = record.files.map(({ path, bytes }) => ({ path, bytes }));
    if (JSON.stringify(filesOf(modelState)) !== JSON.stringify(recorded)) return undefined;
    const isIntact = record.files.every(
      ({ path, crc32 }) => crc32 === undefined || fileChecksum(join(modelState, path)) === crc32,
    );
    if (!isIntact) return undefined;
  } catch (error) {
    return damaged(directory, error);
  }
  return { directory, modelState, record };
}

/** Undefined for what is not there or no JSON; throws what the system said otherwise. */
function damaged(directory: string, error: unknown): undefined {
  const code = systemErrorCode(error);
  if (code === undefined || code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  const message = `cannot be read (${(error as Error).message}). Remove it to go on from the checkpoint before it`;
  throw new OutputError(directory, message, { cause: error });
}

/** What there is to continue from. */
export interface FoundCheckpoints {
  /** The newest that is what was written. */
  readonly checkpoint: Checkpoint | undefined;
  /** Directories of newer ones, which are not: the disk lost or changed some of them. A killed process leaves none. */
  readonly damaged: readonly string[];
}

/** The newest complete checkpoint under `root`. Changes nothing. */
export function newestCheckpoint(root: string): FoundCheckpoints {
  const refused: string[] = [];
  for (const name of checkpointNames(root)) {
    const checkpoint = readCheckpoint(join(root, name));
    if (checkpoint !== undefined) return { checkpoint, damaged: refused };
    refused.push(join(root, name));
  }
  return { checkpoint: undefined, damaged: refused };
}

/** Removes what a killed process left unfinished, checkpoints newer than the one the run continues from, and of the others all but the newest `keep`. */
export function removeStaleCheckpoints(root: string, continueFrom: Checkpoint | undefined, keep: number): void {
  const step = continueFrom?.record.state.step ?? -1;
  for (const name of checkpointNames(root)) {
    if (Number(name.slice(5)) > step) removeDirectoryAtomically(join(root, name));
  }
  removeOldCheckpoints(root, keep);
  try {
    if (readdirSync(root).some(isPartial)) removePartials(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/**
 * Puts the model and the rule back to where they were when the checkpoint was written.
 * @throws InvalidConfigError when the state in it is not this rule's
 */
export async function restoreCheckpoint(
  { directory, record, modelState }: Checkpoint,
  { model, rule, previous }: Pick<CheckpointContent, 'model' | 'rule' | 'previous'>,
): Promise<void> {
  await model.loadState(modelState);
  const file = join(directory, recordName);
  if (rule.state !== undefined) {
    try {
      rule.state.load(record.ruleState as Json);
    } catch (error) {
      const message = `is not a state of masking rule "${rule.name}": ${error instanceof Error ? error.message : String(error)}`;
      throw new InvalidConfigError(file, [{ path: 'ruleState', message }]);
    }
  }
  previous?.load(record.previousLogProb ?? [], file);
}

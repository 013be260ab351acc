import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvalidDataError, parseJson, ProfitError, writeError } from '@profit-sft/core';
import { acquireLock, type Lock } from '@profit-sft/durable-files';
import type { Answer } from './answer.js';
import {
  answersHeader,
  differences,
  isAnswersHeader,
  type AnswersHeader,
  type AnswersSettings,
} from './answers-header.js';

/** An answers file as it was read. */
export interface KeptAnswers {
  readonly header: AnswersHeader;
  /** In the order in which they were finished. */
  readonly answers: readonly Answer[];
}

/** A file that answers are added to. */
export interface OpenAnswers {
  /** What was there already. */
  readonly answers: readonly Answer[];
  /** Writes one line. @throws OutputError when the disk refuses it, or the file is no longer this process's */
  append(answer: Answer): void;
  close(): void;
}

const newline = 0x0a;
const remedy = 'Name another file, or delete this one';

function readBytes(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new InvalidDataError(file, `cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** The lines that end with a newline: what comes after the last one was torn by a process that died. */
function* completeLines(bytes: Buffer): Generator<{ line: number; text: string }> {
  let line = 1;
  for (let start = 0, end = bytes.indexOf(newline); end >= 0; start = end + 1, end = bytes.indexOf(newline, start)) {
    yield { line: line++, text: bytes.toString('utf8', start, end) };
  }
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function isAnswer(value: unknown): value is Answer {
  if (typeof value !== 'object' || value === null) return false;
  const { row, repeat, prompt, text, tokens, finishReason } = value as Partial<Answer>;
  const whole = [row, repeat, tokens].every((number) => Number.isSafeInteger(number) && (number as number) >= 0);
  return (
    whole &&
    typeof prompt === 'string' &&
    typeof text === 'string' &&
    (finishReason === 'stop' || finishReason === 'length' || finishReason === null)
  );
}

function parseAnswers(file: string, bytes: Buffer): KeptAnswers {
  let header: AnswersHeader | undefined;
  const answers: Answer[] = [];
  for (const { line, text } of completeLines(bytes)) {
    const value = parsed(text);
    if (header === undefined) {
      if (!isAnswersHeader(value)) throw new InvalidDataError(file, 'is no answers file: its first line is no header');
      header = value;
    } else if (isAnswer(value)) {
      answers.push(value);
    } else {
      throw new InvalidDataError(file, 'is no answer. Delete the line: it is then generated again', { line });
    }
  }
  if (header === undefined) throw new InvalidDataError(file, 'is no answers file: it has no complete line');
  return { header, answers };
}

/**
 * Reads an answers file.
 *
 * @throws InvalidDataError when it is missing or no answers file, with the line that is no answer
 */
export function readAnswers(file: string): KeptAnswers {
  const bytes = readBytes(file);
  if (bytes === undefined) throw new InvalidDataError(file, 'does not exist');
  return parseAnswers(file, bytes);
}

/**
 * Opens an answers file to go on with, or begins one. A last line without an end is dropped.
 *
 * No other process may write it until it is closed: `FILE.lock` is there as long.
 *
 * @throws LockHeldError when another process writes it
 * @throws ProfitError when the file's answers were written with other settings, naming those that differ
 * @throws InvalidDataError when it is another kind of file; it is left as it is
 * @throws OutputError when it cannot be written
 */
export async function openAnswers(file: string, settings: AnswersSettings): Promise<OpenAnswers> {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (cause) {
    throw writeError(file, cause);
  }
  const lock = await acquireLock(`${file}.lock`, { subject: file });
  try {
    return openLocked(file, settings, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function openLocked(file: string, settings: AnswersSettings, lock: Lock): OpenAnswers {
  const header = answersHeader(settings);
  const headerLine = `${JSON.stringify(header)}\n`;
  const bytes = readBytes(file) ?? Buffer.alloc(0);
  const completeLength = bytes.lastIndexOf(newline) + 1;
  let answers: readonly Answer[] = [];
  if (completeLength > 0) {
    const kept = parseAnswers(file, bytes);
    if (kept.header.hash !== header.hash) {
      const what = differences(kept.header, header).join('; ');
      throw new ProfitError('config', `${file}: holds answers with other settings: ${what}. ${remedy}.`);
    }
    answers = kept.answers;
  } else if (!Buffer.from(headerLine).subarray(0, bytes.length).equals(bytes)) {
    // Only the beginning of our own header may be overwritten: anything else is somebody's file.
    throw new InvalidDataError(file, `is no answers file. ${remedy}`);
  }

  let descriptor: number;
  const write = (line: string): void => {
    try {
      for (let rest = Buffer.from(line); rest.length > 0;) rest = rest.subarray(writeSync(descriptor, rest));
    } catch (cause) {
      throw writeError(file, cause);
    }
  };
  try {
    descriptor = openSync(file, 'a');
    ftruncateSync(descriptor, completeLength);
  } catch (cause) {
    throw writeError(file, cause);
  }
  if (completeLength === 0) write(headerLine);
  return {
    answers,
    append: (answer) => {
      lock.assertHeld();
      write(`${JSON.stringify(answer)}\n`);
    },
    close: () => {
      try {
        try {
          fsyncSync(descriptor);
        } finally {
          closeSync(descriptor);
        }
      } catch (cause) {
        throw writeError(file, cause);
      } finally {
        lock.release();
      }
    },
  };
}

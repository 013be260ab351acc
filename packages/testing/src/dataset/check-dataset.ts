import { type Dataset, type DatasetSource, type Row } from '@profit-sft/core';
import { isDeepStrictEqual } from 'node:util';
import { ConformanceError } from '../problem.js';

export type AnyDatasetPlugin = ((options?: never) => DatasetSource) & { readonly pluginName: string };

/** A data set source to check: a plugin with its options. */
export interface DatasetSubject {
  readonly plugin: AnyDatasetPlugin;
  readonly options?: unknown;
}

const whereOf = ({ plugin }: DatasetSubject): string => `data set "${plugin.pluginName}"`;

export function loadSubject({ plugin, options }: DatasetSubject): Promise<Dataset> {
  return (plugin as (options?: unknown) => DatasetSource)(options).load();
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** What is wrong with the shape of a row; `undefined` when it is one of the four that `Row` has. */
function rowProblem(row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null) return `is ${row === null ? 'null' : `a ${typeof row}`}, not an object`;
  const { source, messages, prompt, completion, references, text } = row as Record<string, unknown>;
  if (source !== undefined && !isText(source)) return '"source" is not text';
  const contents = [
    messages !== undefined,
    prompt !== undefined && completion !== undefined,
    prompt !== undefined && references !== undefined,
    text !== undefined,
  ].filter(Boolean).length;
  if (contents !== 1) {
    return `has the keys ${Object.keys(row).join(', ')}; a row is messages, or prompt and completion, or prompt and references, or text`;
  }
  if (messages !== undefined) {
    const turns: unknown[] = Array.isArray(messages) ? messages : [];
    if (turns.length === 0) return '"messages" is not a list of at least one message';
    const wrong = turns.findIndex((turn) => {
      const { role, content } = (turn ?? {}) as Record<string, unknown>;
      return !isText(role) || !isText(content);
    });
    return wrong < 0 ? undefined : `messages[${wrong}] needs "role" and "content", both text`;
  }
  if (text !== undefined) return isText(text) ? undefined : '"text" is not text';
  if (!isText(prompt)) return '"prompt" is not text';
  if (completion !== undefined) return isText(completion) ? undefined : '"completion" is not text';
  const all: unknown[] = Array.isArray(references) ? references : [];
  return all.length > 0 && all.every(isText) ? undefined : '"references" is not a list of at least one text';
}

const rowsOf = (dataset: Dataset): Row[] => Array.from({ length: dataset.length }, (_, index) => dataset.row(index));

/** Every row is a row, `length` is their number, and an index beyond them throws. */
export async function checkRows(subject: DatasetSubject, expected?: number): Promise<void> {
  const where = whereOf(subject);
  const dataset = await loadSubject(subject);
  const { length } = dataset;
  if (!Number.isInteger(length) || length < 0) throw new ConformanceError(where, `length is ${length}`);
  if (expected !== undefined && length !== expected) {
    throw new ConformanceError(where, `expected ${expected} rows, got ${length}`);
  }
  rowsOf(dataset).forEach((row, index) => {
    const problem = rowProblem(row);
    if (problem !== undefined) throw new ConformanceError(where, `row(${index}) ${problem}`);
    if (!isDeepStrictEqual(dataset.row(index), row)) {
      throw new ConformanceError(where, `row(${index}) is another one when asked again`);
    }
  });
  for (const index of [-1, length]) {
    let row: unknown;
    try {
      row = dataset.row(index);
    } catch {
      continue;
    }
    throw new ConformanceError(
      where,
      `row(${index}) returns ${JSON.stringify(row)}; there are ${length} rows, it has to throw`,
    );
  }
}

/** `origin(i)` names each row, for messages. */
export async function checkOrigins(subject: DatasetSubject): Promise<void> {
  const where = whereOf(subject);
  const dataset = await loadSubject(subject);
  const rowByOrigin = new Map<string, number>();
  for (let index = 0; index < dataset.length; index++) {
    const origin: unknown = dataset.origin(index);
    if (!isText(origin) || origin === '') {
      throw new ConformanceError(
        where,
        `origin(${index}) is ${JSON.stringify(origin)}, it has to be text that names the row`,
      );
    }
    const other = rowByOrigin.get(origin);
    if (other !== undefined) {
      throw new ConformanceError(where, `rows ${other} and ${index} have the same origin ${JSON.stringify(origin)}`);
    }
    rowByOrigin.set(origin, index);
  }
}

/** Loading again gives the same rows and the same fingerprint: resumed runs depend on it. */
export async function checkReload(subject: DatasetSubject): Promise<void> {
  const where = whereOf(subject);
  const [first, second] = [await loadSubject(subject), await loadSubject(subject)];
  const { fingerprint } = first as { fingerprint: unknown };
  if (!isText(fingerprint) || fingerprint === '') {
    throw new ConformanceError(
      where,
      `fingerprint is ${JSON.stringify(fingerprint)}, it has to be a hash of the content`,
    );
  }
  if (!isDeepStrictEqual(rowsOf(first), rowsOf(second)))
    throw new ConformanceError(where, 'loads other rows the second time');
  if (fingerprint !== second.fingerprint) {
    throw new ConformanceError(
      where,
      'has the same rows and another fingerprint when loaded again; hash the content and nothing else',
    );
  }
}

/** Other data have another fingerprint. */
export async function checkFingerprintTells(subject: DatasetSubject, otherOptions: unknown): Promise<void> {
  const [first, other] = [await loadSubject(subject), await loadSubject({ ...subject, options: otherOptions })];
  if (first.fingerprint === other.fingerprint) {
    throw new ConformanceError(whereOf(subject), 'has the same fingerprint with the other options, whose data differ');
  }
}

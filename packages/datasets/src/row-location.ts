import { InvalidDataError, type Dataset } from '@profit-sft/core';

function locate(origin: string): { file: string; line: number | undefined } {
  const match = /^(.*):(\d+)$/s.exec(origin);
  return match === null ? { file: origin, line: undefined } : { file: match[1], line: Number(match[2]) };
}

/** An error about what is at `origin`, with its file and line. */
export function errorAt(origin: string, message: string, cause?: unknown): InvalidDataError {
  const { file, line } = locate(origin);
  return new InvalidDataError(file, message, { line, cause });
}

/** An error about one row, with its file and line. */
export function rowError(dataset: Dataset, row: number, message: string, cause?: unknown): InvalidDataError {
  return errorAt(dataset.origin(row), message, cause);
}

/** An error about the data set as a whole, with the file of its first row. */
export function datasetError(dataset: Dataset, message: string): InvalidDataError {
  const file = dataset.length === 0 ? 'data set' : locate(dataset.origin(0)).file.replace(/\[\d+\]$/, '');
  return new InvalidDataError(file, message);
}

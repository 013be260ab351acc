import { ProfitError, type Dataset, type Example, type Tokenizer } from '@profit-sft/core';
import { eventLoopTurns } from './event-loop-turns.js';
import { encodeRow, type EncodedSequence } from './encode-row.js';
import { datasetError, rowError } from './row-location.js';

export interface EncodeOptions {
  /** Longest sequence in tokens, its end token included; at least 2. */
  readonly maxLength: number;
  /** What happens to longer ones: left out, cut at the end, or an error that names the row. */
  readonly tooLong: 'drop' | 'truncate' | 'error';
  /** Allow that nothing is left to train on, as for prompts whose answers an evaluator grades. Default: an error. */
  readonly allowEmpty?: boolean;
  /** Called now and then where it takes long, with the number of rows done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What became of a data set's rows. One example is one reference of one row. */
export interface EncodingReport {
  /** Rows with at least one example. */
  readonly rows: number;
  readonly examples: number;
  /** Examples left out because they are too long, or because the cut left no target. */
  readonly dropped: number;
  /** Examples cut to `maxLength`. */
  readonly truncated: number;
  /** Examples left out because they have no response tokens. */
  readonly withoutTargets: number;
  /** Tokens of all examples. */
  readonly tokens: number;
  /** Targets of all examples. */
  readonly targets: number;
}

export interface EncodedDataset {
  /** One entry per usable row: its examples, one per reference. */
  readonly rows: readonly (readonly Example[])[];
  readonly report: EncodingReport;
}

function countTargets(target: Uint8Array): number {
  let count = 0;
  for (const mark of target) count += mark;
  return count;
}

function encodeRowOf(dataset: Dataset, row: number, tokenizer: Tokenizer): (EncodedSequence | undefined)[] {
  try {
    return encodeRow(dataset.row(row), tokenizer);
  } catch (cause) {
    // What is wrong with the conversation itself; a broken tokenizer is not the row's fault and goes through.
    if (ProfitError.isInstance(cause) && cause.kind === 'data') throw rowError(dataset, row, cause.message, cause);
    throw cause;
  }
}

/**
 * Tokenises a data set, without holding up the event loop. Throws `InvalidDataError` for a row that the chat template refuses, for a too long one under
 * `tooLong: 'error'`, and when nothing is left to train on (but see `allowEmpty`).
 */
export async function encodeDataset(
  dataset: Dataset,
  tokenizer: Tokenizer,
  options: EncodeOptions,
): Promise<EncodedDataset> {
  const { maxLength, tooLong, allowEmpty = false, onProgress } = options;
  const turn = eventLoopTurns();
  if (!Number.isInteger(maxLength) || maxLength < 2)
    throw new RangeError(`maxLength must be at least 2, got ${maxLength}`);
  const rows: Example[][] = [];
  const report = { rows: 0, examples: 0, dropped: 0, truncated: 0, withoutTargets: 0, tokens: 0, targets: 0 };
  for (let row = 0; row < dataset.length; row++) {
    if (await turn()) onProgress?.(row, dataset.length);
    const examples: Example[] = [];
    const { source } = dataset.row(row);
    for (const sequence of encodeRowOf(dataset, row, tokenizer)) {
      if (sequence === undefined || countTargets(sequence.target) === 0) {
        report.withoutTargets++;
        continue;
      }
      let { tokens, target } = sequence;
      const length = tokens.length;
      if (length > maxLength) {
        if (tooLong === 'error') {
          throw rowError(
            dataset,
            row,
            `is ${length} tokens long, more than maxLength (${maxLength}). ` +
              'Raise maxLength, or set tooLong to "truncate" or "drop".',
          );
        }
        tokens = tokens.slice(0, maxLength);
        target = target.slice(0, maxLength);
        if (tooLong === 'drop' || countTargets(target) === 0) {
          report.dropped++;
          continue;
        }
        report.truncated++;
      }
      examples.push({ tokens, target, row, ...(source === undefined ? {} : { source }) });
      report.tokens += tokens.length;
      report.targets += countTargets(target);
    }
    if (examples.length === 0) continue;
    rows.push(examples);
    report.rows++;
    report.examples += examples.length;
  }
  if (rows.length === 0 && !allowEmpty) {
    throw datasetError(
      dataset,
      `leaves nothing to train on: of ${dataset.length} rows, ${report.withoutTargets} examples have no response tokens ` +
        `and ${report.dropped} are longer than maxLength (${maxLength}) or lose all targets when cut to it`,
    );
  }
  return { rows, report };
}

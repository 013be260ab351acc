import { InvalidModelError } from '@profit-sft/core';
import type { ModelConfig } from '@profit-sft/models';
import { joinedRows, keptRows } from '../generation/cache-rows.js';
import type { LibraryModel, LibraryTensor, TransformersLibrary } from '../installation/library.js';

/** Keys and values of each layer, by the names of the export's inputs. */
export type KeyValueCache = Readonly<Record<string, LibraryTensor>>;

/** Several sequences, each a row, padded on one side. */
export interface PaddedRows {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] */
  readonly tokens: Int32Array;
  /** [rows, columns]: 0 where padded, else 1. */
  readonly mask: Uint8Array;
}

/** Logits of some columns of all rows. */
export interface LogitsPiece {
  /** The first of its columns. */
  readonly from: number;
  readonly columns: number;
  /** Logits of the token behind a column of the piece, [vocabularySize]. */
  row(row: number, column: number): Float32Array;
}

/** What a pass may take. */
export interface PassLimits {
  /** Most rows in a pass. */
  readonly rows: number;
  /** Most tokens in a pass whose logits fit what memory they may take. */
  readonly tokens: number;
}

/** An export as Transformers.js opened it. */
export class ExportedModel {
  constructor(
    private readonly library: TransformersLibrary,
    private readonly model: LibraryModel,
    /** For messages. */
    private readonly file: string,
    private readonly config: Pick<ModelConfig, 'vocabularySize' | 'maxPositions'>,
    readonly limits: PassLimits,
    /** Version 2 knows positions of a whole prompt or of one token, so that a prompt cannot come in pieces. */
    private readonly inPieces: boolean,
  ) {}

  get vocabularySize(): number {
    return this.config.vocabularySize;
  }

  get maxPositions(): number {
    return this.config.maxPositions;
  }

  /**
   * Runs rows from their first token on, in pieces of columns whose logits fit the limit: an export gives those of every token. Returns the
   * keys and values.
   */
  async run(input: PaddedRows, visit: (piece: LogitsPiece) => void | Promise<void>): Promise<KeyValueCache> {
    const { rows, columns } = input;
    const width = this.inPieces ? Math.max(1, Math.floor(this.limits.tokens / rows)) : columns;
    let cache: KeyValueCache | undefined;
    for (let from = 0; from < columns; from += width) {
      const to = Math.min(columns, from + width);
      const cut = <T extends Int32Array | Uint8Array>(values: T, first: number): T[] =>
        Array.from({ length: rows }, (_, row) => values.subarray(row * columns + first, row * columns + to) as T);
      const pass = await this.pass(cut(input.tokens, from), cut(input.mask, 0), cache);
      cache = pass.cache;
      await visit({ from, columns: to - from, row: pass.row });
    }
    return cache ?? {};
  }

  /** Runs the columns behind a cache: tokens [rows][columns], mask [rows][cached + columns]. */
  async pass(
    tokens: readonly ArrayLike<number>[],
    mask: readonly ArrayLike<number>[],
    cache: KeyValueCache | undefined,
  ): Promise<{ readonly cache: KeyValueCache; row(row: number, column: number): Float32Array }> {
    const outputs = await this.model.forward({
      input_ids: this.integers(tokens),
      attention_mask: this.integers(mask),
      ...(cache === undefined ? {} : { past_key_values: cache }),
    });
    const { type, data, dims } = outputs.logits as LibraryTensor;
    const [rows, columns] = [tokens.length, tokens[0].length];
    if (type !== 'float32' || dims.join() !== [rows, columns, this.vocabularySize].join()) {
      const expected = `float32 [${[rows, columns, this.vocabularySize].join(', ')}]`;
      throw new InvalidModelError(this.file, `gives logits of ${type} [${dims.join(', ')}] instead of ${expected}`);
    }
    const width = this.vocabularySize;
    return {
      cache: newCache(outputs),
      row: (row, column) => (data as Float32Array).subarray((row * columns + column) * width).subarray(0, width),
    };
  }

  /** The cache of some rows, without its first `from` columns. */
  keepRows(cache: KeyValueCache, rows: readonly number[], from: number): KeyValueCache {
    return keptRows(this.library.Tensor, cache, rows, from);
  }

  /** The rows of both caches, padded on the left. */
  joinRows(first: KeyValueCache, second: KeyValueCache): KeyValueCache {
    return joinedRows(this.library.Tensor, first, second);
  }

  async dispose(): Promise<void> {
    await this.model.dispose();
  }

  private integers(rows: readonly ArrayLike<number>[]): LibraryTensor {
    const [count, columns] = [rows.length, rows[0].length];
    const values = new BigInt64Array(count * columns);
    rows.forEach((row, index) => {
      for (let column = 0; column < columns; column++) values[index * columns + column] = BigInt(row[column]);
    });
    return new this.library.Tensor('int64', values, [count, columns]);
  }
}

/** The cache that a pass gives out, under the names by which the next takes it. */
function newCache(outputs: Readonly<Record<string, unknown>>): KeyValueCache {
  if (outputs.past_key_values !== undefined) return outputs.past_key_values as KeyValueCache;
  const entries = Object.entries(outputs).filter(([name]) => name.startsWith('present'));
  return Object.fromEntries(
    entries.map(([name, value]) => [name.replace('present', 'past_key_values'), value]),
  ) as KeyValueCache;
}

/** One record of a data file, not yet a row. */
export interface FileRecord {
  /** What the file holds there: an object by column for a record that can be a row. */
  readonly value: unknown;
  /** `train.jsonl:12` by its line (from 1), or `train.parquet[11]` by its index (from 0). */
  readonly origin: string;
}

/** What a reader is asked for. */
export interface RecordOptions {
  /** Paths of the values that are needed, where a format can leave other columns unread; all of them if left out. */
  readonly columns?: readonly string[];
  /** The key of a JSON object that holds the list of records. */
  readonly key?: string;
}

/** The records of one file, in its order. Throws `InvalidDataError` with the place for what cannot be read. */
export type RecordReader = (file: string, options: RecordOptions) => AsyncGenerator<FileRecord>;

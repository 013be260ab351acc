import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { OutputError, parseJson, writeError, type LabelledSpan, type SpanLabel } from '@profit-sft/core';

/** Parallel arrays over the response's target tokens. */
export interface AnnotatedTokens {
  readonly text: readonly string[];
  /** null: no label covers it, as for the end token. */
  readonly label: readonly (SpanLabel | null)[];
  readonly probability: readonly number[];
}

/** One line of the file: a response with its labels, or with why it has none. */
export interface AnnotationRecord {
  readonly row: number;
  readonly reference: number;
  readonly origin: string;
  readonly response: string;
  readonly spans?: readonly LabelledSpan[];
  readonly error?: string;
  readonly tokens?: AnnotatedTokens;
}

/** The first line: what the labels belong to. */
export interface AnnotationHeader {
  readonly annotator: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly data: string;
  readonly model?: string;
}

/** Whether a line of a file holds labels; one that was changed is asked for again. */
function isLabelled(value: unknown): value is AnnotationRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { row, reference, origin, response, spans } = value as Partial<AnnotationRecord>;
  return (
    [row, reference].every((index) => Number.isSafeInteger(index) && (index as number) >= 0) &&
    typeof origin === 'string' &&
    typeof response === 'string' &&
    Array.isArray(spans) &&
    spans.every(isSpan)
  );
}

function isSpan(value: unknown): value is LabelledSpan {
  if (typeof value !== 'object' || value === null) return false;
  const { start, end, label } = value as Partial<LabelledSpan>;
  return Number.isSafeInteger(start) && Number.isSafeInteger(end) && (label === 'core' || label === 'trivial');
}

const keyOf = ({ row, reference }: { row: number; reference: number }): string => `${row}.${reference}`;

/** The labels of a data set as JSONL: grows by a line for each response, and a run that was stopped goes on with it. */
export class AnnotationFile {
  readonly #path: string;
  readonly #header: AnnotationHeader;
  readonly #records = new Map<string, AnnotationRecord>();

  /** @throws OutputError when the file is there and holds something else */
  constructor(path: string, header: AnnotationHeader) {
    this.#path = path;
    this.#header = header;
    if (existsSync(path)) this.#read();
    // Without a torn last line and without failures, which are tried again.
    this.#write([...this.#records.values()]);
  }

  #read(): void {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (cause) {
      throw new OutputError(this.#path, `cannot be read (${(cause as Error).message})`, { cause });
    }
    const [first, ...lines] = text.split('\n');
    const same = ['annotator', 'options', 'data'] as const;
    try {
      const found = (parseJson(first) ?? {}) as AnnotationHeader;
      const differing = same.filter((name) => JSON.stringify(found[name]) !== JSON.stringify(this.#header[name]));
      if (differing.length > 0) {
        const message = `holds labels with other ${differing.join(' and ')}; give another --output, or remove it`;
        throw new OutputError(this.#path, message);
      }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw new OutputError(this.#path, 'is there already and holds no labels of profit annotate', { cause: error });
    }
    for (const line of lines) {
      let record: unknown;
      try {
        record = parseJson(line);
      } catch {
        continue;
      }
      if (isLabelled(record)) this.#records.set(keyOf(record), record);
    }
  }

  #write(records: readonly AnnotationRecord[]): void {
    try {
      const text = [this.#header, ...records].map((line) => `${JSON.stringify(line)}\n`).join('');
      writeFileSync(`${this.#path}.partial`, text);
      renameSync(`${this.#path}.partial`, this.#path);
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }

  has(response: { row: number; reference: number }): boolean {
    return this.#records.has(keyOf(response));
  }

  append(record: AnnotationRecord): void {
    this.#records.set(keyOf(record), record);
    try {
      appendFileSync(this.#path, `${JSON.stringify(record)}\n`);
    } catch (cause) {
      throw writeError(this.#path, cause);
    }
  }

  /** In the order of the data set, whatever order the labels came in. */
  records(): AnnotationRecord[] {
    return [...this.#records.values()].sort((a, b) => a.row - b.row || a.reference - b.reference);
  }

  /** Writes all of it anew, in order, with the tokens that are given for some of the records. */
  finish(tokens: ReadonlyMap<AnnotationRecord, AnnotatedTokens>): void {
    this.#write(
      this.records().map((record) => {
        const { tokens: _, ...others } = record;
        const found = tokens.get(record);
        return found === undefined ? others : { ...others, tokens: found };
      }),
    );
  }
}

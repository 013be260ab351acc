import { createHash } from 'node:crypto';
import { defineDataset, InvalidDataError, schema, type Row } from '@profit-sft/core';
import { eventLoopTurns } from './event-loop-turns.js';
import { beginsWithArray, readJsonDocument, readJsonLines } from './formats/read-json.js';
import { fileSize, readBytes } from './formats/read-bytes.js';
import { parseRow, RowProblem } from './parse-row.js';
import { errorAt } from './row-location.js';
import { rowList } from './row-list.js';

/**
 * Rows from a file: one JSON object per line, or one JSON array of objects. Rows are `messages`, `conversations`,
 * `prompt` with `completion` or `references` or alone, `text`, or Alpaca's `instruction`, `input`, `output`. Other keys
 * are ignored, but those of a prompt alone are kept as `metadata`. UTF-8, with or without a byte order mark; blank
 * lines are skipped. Whatever does not fit is an `InvalidDataError` with file and line. The fingerprint is the SHA-256
 * of the content.
 */
export const jsonl = defineDataset({
  name: 'jsonl',
  description: 'rows from a JSONL file or a JSON array: messages, prompt and completion, prompt and references, text',
  source: 'ours',
  options: schema.object({
    path: schema.string({ description: 'the file; in a configuration, relative to its folder' }),
  }),
  create: ({ path }) => ({
    async load() {
      await fileSize(path);
      const hash = createHash('sha256');
      const array = await beginsWithArray(path);
      if (array) for await (const bytes of readBytes(path)) hash.update(bytes);
      const records = array
        ? readJsonDocument(path, {})
        : readJsonLines(path, { onBytes: (bytes) => hash.update(bytes) });
      const rows: Row[] = [];
      const origins: string[] = [];
      const turn = eventLoopTurns();
      for await (const { value, origin } of records) {
        await turn();
        try {
          rows.push(parseRow(value));
        } catch (cause) {
          throw cause instanceof RowProblem ? errorAt(origin, cause.message) : cause;
        }
        origins.push(origin);
      }
      if (rows.length === 0) throw new InvalidDataError(path, 'is empty: it holds no rows');
      return rowList(rows, (index) => origins[index], hash.digest('hex'));
    },
  }),
});

/** Columns with names that objects of JavaScript have from their prototype are columns like others. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import type { Json } from '@profit-sft/core';
import { afterAll, expect, test } from 'vitest';
import { loadFiles } from '../files/load-files.js';

const folder = await mkdtemp(join(tmpdir(), 'profit-prototype-'));
afterAll(() => rm(folder, { recursive: true }));

const names = ['__proto__', 'constructor', 'toString'];
const object = `{"prompt": "q", ${names.map((name) => `"${name}": {"polluted": "yes"}`).join(', ')}}`;
const line = [...names.map(() => 'yes'), 'q'].join(',');
const header = [...names, 'prompt'].join(',');
/** Written under a name of the same length, since the library's own writer stumbles over this one. */
const arrow = Buffer.from(
  tableToIPC(tableFromArrays({ __proxy__: ['yes'], constructor: ['yes'], toString: ['yes'], prompt: ['q'] }), 'file'),
);
for (let at = arrow.indexOf('__proxy__'); at >= 0; at = arrow.indexOf('__proxy__')) arrow.write('__proto__', at);

test.each<[name: string, content: string | Uint8Array]>([
  ['rows.jsonl', `${object}\n`],
  ['rows.json', `[${object}]`],
  ['rows.csv', `${header}\n${line}\n`],
  ['rows.tsv', `${header}\n${line}\n`.replaceAll(',', '\t')],
  ['rows.arrow', arrow],
])('%s', async (name, content) => {
  const file = join(folder, name);
  await writeFile(file, content);
  const dataset = await loadFiles([file], { columns: { prompt: 'prompt' } });
  const row = dataset.row(0) as { prompt: string; metadata: Record<string, Json> };
  expect(row.prompt).toBe('q');
  expect(Object.keys(row.metadata).sort()).toEqual([...names].sort());
  for (const object of [row, row.metadata]) expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  for (const object of [{}, [], row, row.metadata]) expect('polluted' in object).toBe(false);
});

test('a path into a record reads what the record itself has', async () => {
  const file = join(folder, 'path.jsonl');
  await writeFile(file, '{"a": "x"}\n');
  for (const path of ['constructor.name', '__proto__.constructor.name', 'a.length', 'toString']) {
    await expect(loadFiles([file], { columns: { text: path } })).rejects.toThrow('has no');
  }
});

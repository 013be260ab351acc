/** Our data sets under the kit that authors of data sets are given. */
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { describeDataset } from '@profit-sft/testing';
import { file as dataFile } from './files/file.js';
import { jsonl } from './jsonl.js';
import { referenceSlice } from './references/reference-slice.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-datasets-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, rows: readonly object[]): string => {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
};
const rows = [
  { prompt: 'a', completion: 'b', source: 'letters' },
  { prompt: 'a', references: ['b', 'c'] },
  {
    messages: [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'b' },
    ],
  },
  { text: 'a b' },
];

describeDataset(jsonl, {
  options: { path: file('all.jsonl', rows) },
  rows: 4,
  otherOptions: { path: file('fewer.jsonl', rows.slice(1)) },
});

const csv = join(folder, 'rows.csv');
writeFileSync(csv, 'mr,ref\na,b\nc,"d\ne"\na,f\n');
const json = join(folder, 'rows.json');
writeFileSync(json, JSON.stringify({ data: [{ text: 'a' }, { text: 'b' }] }, null, 1));
const fixture = (name: string): string => new URL(`../fixtures/${name}`, import.meta.url).pathname;
const columns = { prompt: 'question', completion: 'answer.text' };
const otherColumns = { prompt: 'question', completion: 'result' };

describeDataset(dataFile, {
  name: 'file, CSV',
  options: { path: csv, columns: { prompt: 'mr', references: 'ref' }, groupBy: 'mr' },
  rows: 2,
  otherOptions: { path: csv, columns: { prompt: 'mr', references: 'ref' } },
});
describeDataset(dataFile, { name: 'file, JSON', options: { path: json, key: 'data' }, rows: 2 });
describeDataset(dataFile, { name: 'file, JSON lines', options: { path: join(folder, '*.jsonl') }, rows: 7 });
for (const [name, path] of [
  ['Parquet', fixture('zstd.parquet')],
  ['an Arrow file', fixture('zstd.arrow')],
  ['an Arrow stream', fixture('lz4-stream.arrow')],
] as const) {
  describeDataset(dataFile, {
    name: `file, ${name}`,
    options: { path, columns },
    rows: 6,
    otherOptions: { path, columns: otherColumns },
  });
}

const grouped = dataFile({ path: csv, columns: { prompt: 'mr', references: 'ref' }, groupBy: 'mr' });
describeDataset(referenceSlice, {
  options: { of: grouped, to: 1 },
  rows: 2,
  otherOptions: { of: grouped, from: 1 },
});

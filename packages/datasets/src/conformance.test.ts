/** Our data set under the kit that authors of data sets are given. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDataset } from '@profit-sft/testing';
import { jsonl } from './jsonl.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-datasets-'));
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

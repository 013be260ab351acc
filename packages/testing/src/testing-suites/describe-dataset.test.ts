import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonl } from '@profit-sft/datasets';
import { afterAll } from 'vitest';
import { describeDataset } from './describe-dataset.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-testing-'));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, rows: readonly object[]): string => {
  const path = join(folder, name);
  writeFileSync(path, rows.map((row) => JSON.stringify(row)).join('\n'));
  return path;
};
const rows = [
  { messages: [{ role: 'user', content: 'hi' }] },
  { prompt: 'p', completion: 'c' },
  { prompt: 'p', references: ['a', 'b'] },
  { text: 't' },
];

describeDataset(jsonl, {
  options: { path: file('a.jsonl', rows) },
  rows: 4,
  otherOptions: { path: file('b.jsonl', rows.slice(1)) },
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputError } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AnnotationFile } from './annotation-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-labels-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const header = { annotator: 'x', options: {}, data: 'd' };
const record = { row: 0, reference: 0, origin: 'a:1', response: 'ab', spans: [{ start: 0, end: 1, label: 'core' }] };
function file(...lines: unknown[]): string {
  const path = join(folder, 'labels.jsonl');
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return path;
}

test('a first line that is null is no header', () => {
  const path = file(null);
  expect(() => new AnnotationFile(path, header)).toThrow(OutputError);
  expect(readFileSync(path, 'utf8')).toBe('null\n');
});

test.each([null, 1, {}, { ...record, row: '0' }, { ...record, spans: 'core' }, { ...record, spans: [{ start: 0 }] }])(
  'the line %j is no record, and its response is asked for again',
  (line) => {
    const labels = new AnnotationFile(file(header, line, { ...record, row: 1 }), header);
    expect(labels.records().map(({ row }) => row)).toEqual([1]);
    expect(labels.has({ row: 0, reference: 0 })).toBe(false);
  },
);

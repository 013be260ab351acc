/** A log as it grows, and as a resumed run cuts it back, read again and again. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CachedFiles } from './cached-files.js';

let folder: string;
let log: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-log-'));
  log = join(folder, 'events.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const warning = (step: number, message = 'é ✓') => ({ type: 'warning', step, code: 'slow', message });
const lines = (...events: object[]): string => events.map((event) => `${JSON.stringify(event)}\n`).join('');

test('a line is read once it is whole, and what was returned before stays as it was', () => {
  const files = new CachedFiles();
  expect(files.events(log)).toEqual({ events: [], skippedLines: 0 });
  writeFileSync(log, lines(warning(1)) + lines(warning(2)).slice(0, -20));
  const before = files.events(log);
  expect(before.events).toEqual([warning(1)]);
  appendFileSync(log, lines(warning(2)).slice(-20) + lines(warning(3)));
  expect(files.events(log).events).toEqual([warning(1), warning(2), warning(3)]);
  expect(before.events).toEqual([warning(1)]);
});

test('lines that are no events are counted, once, also where bytes are no UTF-8', () => {
  const files = new CachedFiles();
  writeFileSync(log, `\n{"type":\n{"type":"other"}\n${lines(warning(1))}`);
  appendFileSync(log, Buffer.from([0xff, 0xfe, 0x0a]));
  expect(files.events(log)).toEqual({ events: [warning(1)], skippedLines: 3 });
  appendFileSync(log, lines(warning(2)));
  expect(files.events(log)).toEqual({ events: [warning(1), warning(2)], skippedLines: 3 });
});

test.each([
  ['shorter', [warning(9)]],
  ['as long', [warning(1), warning(2, 'é ✗')]],
  ['longer', [warning(1), warning(3), warning(4)]],
])('a log that was cut back and written on, and is %s, is read anew', (_, events) => {
  const files = new CachedFiles();
  writeFileSync(log, lines(warning(1), warning(2)));
  files.events(log);
  writeFileSync(log, lines(...events));
  expect(files.events(log).events).toEqual(events);
});

test('a log that is removed and a document that is replaced are seen', () => {
  const files = new CachedFiles();
  writeFileSync(log, lines(warning(1)));
  files.events(log);
  rmSync(log);
  expect(files.events(log).events).toEqual([]);
  const document = join(folder, 'result.json');
  expect(files.json(document)).toBeUndefined();
  writeFileSync(document, '{"a":');
  expect(files.json(document)).toBeUndefined();
  writeFileSync(document, '{"a":1}');
  expect(files.json(document)).toEqual({ a: 1 });
  expect(files.json(document)).toBe(files.json(document));
});

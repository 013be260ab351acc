import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { OutputError } from '@profit-sft/core';
import { expect, it } from 'vitest';
import { jsonLinesSink } from './json-lines-sink.js';
import { temporaryPath } from './testing-model/temporary-directory.js';

const warning = (message: string) => ({ type: 'warning', step: 1, code: 'test', message }) as const;

it('writes every event at once, one per line, and knows its length in bytes', () => {
  const path = temporaryPath('events.jsonl');
  const sink = jsonLinesSink(path);
  sink.write(warning('näive\nline'));
  const written = readFileSync(path, 'utf8');
  expect(written).toBe(`${JSON.stringify(warning('näive\nline'))}\n`);
  expect(sink.flush()).toBe(Buffer.byteLength(written));
  sink.close();
  sink.close();
});

it('continues at a recorded length, dropping what came after, also half a line', () => {
  const path = temporaryPath('events.jsonl');
  const sink = jsonLinesSink(path);
  sink.write(warning('kept'));
  const length = sink.flush();
  sink.write(warning('dropped'));
  sink.close();
  writeFileSync(path, '{"type":"war', { flag: 'a' });
  const continued = jsonLinesSink(path, { length });
  continued.write(warning('new'));
  continued.close();
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { message: string }).message)).toEqual(['kept', 'new']);
});

it('starts a new log without a length, and refuses one that is too short or cannot be opened', () => {
  const path = temporaryPath('events.jsonl');
  writeFileSync(path, 'old');
  jsonLinesSink(path).close();
  expect(readFileSync(path, 'utf8')).toBe('');
  expect(() => jsonLinesSink(path, { length: 5 })).toThrow(OutputError);
  expect(() => jsonLinesSink(temporaryPath('missing/events.jsonl'))).toThrow(
    /events\.jsonl: cannot be written \(ENOENT/,
  );
});

it.skipIf(!existsSync('/dev/full'))('says which file cannot be cut to its length', () => {
  expect(() => jsonLinesSink('/dev/full')).toThrow(/^\/dev\/full: cannot be written \(EINVAL/);
});

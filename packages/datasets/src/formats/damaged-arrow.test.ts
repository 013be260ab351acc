import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidDataError } from '@profit-sft/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readArrow } from './read-arrow.js';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)));
const stream = fixture('lz4-stream.arrow');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-arrow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function recordsOf(bytes: Uint8Array): Promise<number> {
  const file = join(folder, 'rows.arrow');
  writeFileSync(file, bytes);
  let records = 0;
  for await (const _ of readArrow(file, {})) {
    // More than there are would be read for ever.
    if (++records > 10_000) break;
  }
  return records;
}

test('the whole stream is read', async () => {
  expect(await recordsOf(stream)).toBeGreaterThan(0);
});

test('a negative length of the last message is no way back to those before it', async () => {
  // The stream ends with -1 and the length 0: its highest byte becomes 193.
  const damaged = Buffer.concat([stream.subarray(0, -1), Buffer.from([193, 255, 255, 255, 255, 255, 255, 255])]);
  await expect(recordsOf(damaged)).rejects.toThrow(InvalidDataError);
});

test('a list of the schema that claims more elements than there are bytes is not read', async () => {
  const whole = fixture('dictionary-stream.arrow');
  expect(await recordsOf(whole)).toBeGreaterThan(0);
  const damaged = Buffer.concat([
    whole.subarray(0, 319),
    Buffer.from([9, 26, 55, 24, 232, 134, 174, 178]),
    whole.subarray(319),
  ]);
  await expect(recordsOf(damaged)).rejects.toThrow(
    /rows\.arrow: is not a readable Arrow file: it claims a list of \d+ elements/,
  );
});

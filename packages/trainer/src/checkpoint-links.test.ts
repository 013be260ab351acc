/** A checkpoint's folder may be a link that somebody made: what it leads to is not ours to remove. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newestCheckpoint, removeStaleCheckpoints } from './checkpoint.js';

let folder: string;
const at = (...names: string[]): string => join(folder, ...names);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-links-'));
  mkdirSync(at('outside', 'inner'), { recursive: true });
  writeFileSync(at('outside', 'inner', 'kept.txt'), 'kept');
  mkdirSync(at('checkpoints'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test.each(['step-00000012', '.partial-step-00000012'])('%s that leads outside', (name) => {
  symlinkSync(at('outside'), at('checkpoints', name));
  expect(newestCheckpoint(at('checkpoints')).checkpoint).toBeUndefined();
  removeStaleCheckpoints(at('checkpoints'), undefined, 1);
  expect(existsSync(at('checkpoints', name))).toBe(false);
  expect(existsSync(at('outside', 'inner', 'kept.txt'))).toBe(true);
});

test('folders of other names are no checkpoints', () => {
  for (const name of ['step-12', 'step-0000001x', 'step-00000012.old', 'other']) mkdirSync(at('checkpoints', name));
  expect(newestCheckpoint(at('checkpoints')).checkpoint).toBeUndefined();
  removeStaleCheckpoints(at('checkpoints'), undefined, 1);
  expect(existsSync(at('checkpoints', 'other'))).toBe(true);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withLock } from '@profit-sft/durable-files';
import { CachedFiles } from '@profit-sft/experiments';
import { runFiles } from '@profit-sft/trainer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventLines, syntheticEvents } from '../testing-model/synthetic-ablation.js';
import { reportDataReader } from './report-data-of.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-report-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const status = (): string => reportDataReader([folder], new CachedFiles())().runs[0].status;

test('a run of profit train waits, runs while its lock is held, stops with its process, and is finished by its result', async () => {
  writeFileSync(at(runFiles.record), '{}');
  expect(status()).toBe('waiting');
  const events = syntheticEvents({ label: 'p > 0.1' }, 0, { steps: 10, evaluationSteps: 5 });
  writeFileSync(at(runFiles.events), eventLines(events.filter(({ type }) => type === 'step').slice(0, 3)));
  await withLock(at(runFiles.lock), { subject: 'the output directory' }, () => {
    expect(status()).toBe('running');
    return Promise.resolve();
  });
  expect(status()).toBe('stopped');
  const result = {
    ...{ status: 'completed', steps: 10, totalSteps: 10, skippedSteps: 0, tokens: 100, scoredTokens: 50, seconds: 1 },
    ...{ model: at('model'), data: { train: { rows: 20 } }, masking: { name: 'sft' }, metrics: { evalNll: 1 } },
  };
  writeFileSync(at(runFiles.result), JSON.stringify(result));
  expect(status()).toBe('finished');
});

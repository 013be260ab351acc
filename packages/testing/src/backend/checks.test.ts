import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { brokenBackends } from '../testing-backends/broken-backends.js';
import { changedBackend } from '../testing-backends/changed-backend.js';
import { backendChecks, type BackendCheck } from './backend-checks.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-checks-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const checks: Readonly<Record<string, BackendCheck>> = backendChecks;

test('every check is failed by a backend that breaks what it is about', () => {
  expect(Object.keys(brokenBackends).sort()).toEqual(Object.keys(checks).sort());
});

test('the backend that they all change keeps the contract', async () => {
  for (const { run } of Object.values(checks)) await run({ plugin: changedBackend({}), folder });
});

describe.each(Object.entries(brokenBackends))('%s finds', (name, backends) => {
  test.each(Object.entries(backends))('%s', async (_, [change, message, model]) => {
    await expect(checks[name].run({ plugin: changedBackend(change), folder, model })).rejects.toThrow(message);
  });
});

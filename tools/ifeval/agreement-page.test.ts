import { existsSync } from 'node:fs';
import { mkdtemp, readFile, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { expect, test, onTestFinished } from 'vitest';
import { agreementPage } from './agreement-page.js';
import { agreementFile, conformanceFile } from './conformance-file.js';

test.skipIf(!existsSync(conformanceFile))(
  'docs/results/ifeval-agreement.md is up to date (needs PROFIT_TEST_DATA)',
  async () => {
    const config = { ...(await resolveConfig(agreementFile)), parser: 'markdown' };
    const wanted = await format(await agreementPage(conformanceFile), config);
    expect(await readFile(agreementFile, 'utf8'), 'stale: run "npm run ifeval"').toBe(wanted);
  },
);

test('lists each verdict that differs', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profit-ifeval-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'responses.jsonl');
  const row = { prompt: 'p', instruction_id_list: ['punctuation:no_comma'], kwargs: [{}] };
  const lines = [
    { ...row, key: 1, response: 'a', strict: [true], loose: [true] },
    { ...row, key: 2, response: 'a, b', strict: [true], loose: [false] },
  ];
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const page = await agreementPage(path);
  expect(page).toContain('**1 of 2 strict (50.00 %), 2 of 2 loose (100.00 %)**');
  expect(page).toContain('| 2 | `punctuation:no_comma` | strict | followed | not followed | not looked into |');
  await writeFile(path, JSON.stringify({ ...row, key: 3 }));
  await expect(agreementPage(path)).rejects.toThrow(/responses\.jsonl:1.*needs "prompt", "response"/);
});

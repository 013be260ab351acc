/** Every parser of outside data with a few inputs; `npm run fuzz` gives them many. `PROFIT_FUZZ_INPUTS` and `PROFIT_FUZZ_SEED` say how many and which. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { fuzzTarget } from './fuzz-target-run.js';
import { fuzzTargets } from './targets.js';

const inputs = Number(process.env.PROFIT_FUZZ_INPUTS ?? 20);
const seed = Number(process.env.PROFIT_FUZZ_SEED ?? 1);

test.each(fuzzTargets.map((target) => [target.name, target] as const))('%s', async (_, target) => {
  const { failure, inputs: given } = await fuzzTarget(target, { seed, inputs });
  expect(failure, failure).toBeUndefined();
  expect(given).toBe(inputs);
});

test.each(fuzzTargets.map((target) => [target.name, target] as const))(
  '%s takes one of its inputs that is valid, so that the others come further than its first check',
  async (_, target) => {
    const folder = mkdtempSync(join(tmpdir(), 'profit-fuzz-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const refusals: unknown[] = [];
    for (const input of fc.sample(target.inputs, { seed, numRuns: 200 })) {
      try {
        await target.parse(input, folder);
        return;
      } catch (error) {
        refusals.push((error as Error).message);
      }
    }
    expect.fail(refusals.slice(0, 5).join('\n'));
  },
);

test('names are told apart', () => {
  expect(new Set(fuzzTargets.map(({ name }) => name)).size).toBe(fuzzTargets.length);
});

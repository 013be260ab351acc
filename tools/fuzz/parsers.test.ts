/** Every parser of outside data with a few inputs; `npm run fuzz` gives them many. `PROFIT_FUZZ_INPUTS` and `PROFIT_FUZZ_SEED` say how many and which. */
import { expect, test } from 'vitest';
import { fuzzTarget } from './fuzz-target-run.js';
import { fuzzTargets } from './targets.js';

const inputs = Number(process.env.PROFIT_FUZZ_INPUTS ?? 20);
const seed = Number(process.env.PROFIT_FUZZ_SEED ?? 1);

test.each(fuzzTargets.map((target) => [target.name, target] as const))('%s', async (_, target) => {
  const { failure, inputs: given } = await fuzzTarget(target, { seed, inputs });
  expect(failure, failure).toBeUndefined();
  expect(given).toBe(inputs);
});

test('names are told apart', () => {
  expect(new Set(fuzzTargets.map(({ name }) => name)).size).toBe(fuzzTargets.length);
});

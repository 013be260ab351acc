import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ruleRuns } from './rule-runs.js';
import { sharedData, StoriesRuns } from './stories-run.js';

describe.skipIf(!existsSync(join(sharedData, 'text')))(
  'every rule fine-tunes stories260K (skipped where PROFIT_TEST_DATA is absent)',
  () => {
    let runs: StoriesRuns;
    beforeAll(() => {
      runs = new StoriesRuns(8, { trained: 16, heldOut: 0, maxLength: 80, batchSize: 4 });
    });
    afterAll(() => runs.close());

    test.each(ruleRuns().map((run) => [run.name, run] as const))(
      '%s',
      async (_name, run) => {
        const { metrics, status } = await runs.run(run);
        expect(status).toBe('completed');
        expect(Number.isFinite(metrics.evalNll)).toBe(true);
        expect(metrics.keptFraction).toBeGreaterThan(0);
        if (run.mayRaiseNll === undefined) expect(metrics.evalNll).toBeLessThan(metrics.evalNllBefore as number);
      },
      60_000,
    );
  },
);

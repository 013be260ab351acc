import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engines, isRegistered, reference } from './engines.js';
import { differenceOf, SettingRuns, type EngineRun } from './setting-runs.js';
import { isPresent, settings } from './settings.js';

const tolerance = 1e-4;

describe.each(settings)('$title', (setting) => {
  const present = isPresent(setting);
  describe.skipIf(!present)(present ? 'rule profit' : 'rule profit (skipped where PROFIT_TEST_DATA is absent)', () => {
    let runs: SettingRuns;
    let expected: EngineRun;
    beforeAll(async () => {
      // The float64 engine takes a second for a step of the large model; npm run engines takes as many as of the other.
      runs = setting.large ? new SettingRuns(setting, 8) : new SettingRuns(setting);
      expected = await runs.on(reference);
    }, 300_000);
    afterAll(() => runs.close());

    test('the reference learns, with some tokens kept and some masked', () => {
      const { losses } = expected;
      expect(losses).toHaveLength(runs.steps);
      const kept = losses.reduce((sum, { keptFraction }) => sum + keptFraction, 0) / runs.steps;
      expect(kept).toBeGreaterThan(0.1);
      expect(kept).toBeLessThan(0.9);
      const mean = (from: number): number =>
        losses.slice(from, from + 4).reduce((sum, { objective }) => sum + objective, 0) / 4;
      expect(mean(runs.steps - 4)).toBeLessThan(mean(0));
    });

    for (const engine of engines.filter(({ slow = false }) => !(slow && setting.large))) {
      const missing = isRegistered(engine) ? '' : ` (skipped: the command has no backend "${engine.backend.name}")`;
      test.skipIf(missing !== '')(
        `${engine.title} has its losses and its evaluation${missing}`,
        async () => {
          const run = await runs.on(engine);
          const { loss, otherMasks, evaluation } = differenceOf(run, expected);
          expect(otherMasks).toBe(0);
          expect(loss).toBeLessThan(tolerance);
          expect(evaluation).toBeLessThan(tolerance);
          expect(run.evaluation.tokens).toBe(expected.evaluation.tokens);
        },
        300_000,
      );
    }
  });
});

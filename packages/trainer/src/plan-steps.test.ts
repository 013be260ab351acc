import { InvalidConfigError } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { planSteps } from './plan-steps.js';

describe('planSteps', () => {
  it.each([
    [{ batchSize: 8 }, 80, 10],
    [{ batchSize: 8 }, 81, 11],
    [{ batchSize: 8, epochs: 3 }, 81, 33],
    [{ batchSize: 1, epochs: 0.1 }, 30, 3],
    [{ batchSize: 1, epochs: 1.1 }, 10, 11],
    [{ batchSize: 8, epochs: 0.25 }, 8, 1],
    [{ batchSize: 8, epochs: 2.5 }, 24, 8],
    [{ batchSize: 8, steps: 5 }, 1000, 5],
    [{ batchSize: 8, steps: 50 }, 8, 50],
  ])('%j over %i examples: %i steps', (config, examples, steps) =>
    expect(planSteps(config as never, examples)).toBe(steps),
  );

  it('refuses steps together with epochs, and no data', () => {
    expect(() => planSteps({ batchSize: 8, epochs: 1, steps: 3 }, 8)).toThrow(InvalidConfigError);
    expect(() => planSteps({ batchSize: 8, epochs: 1, steps: 3 }, 8)).toThrow(/steps: cannot be combined with epochs/);
    expect(() => planSteps({ batchSize: 8 } as never, 0)).toThrow(/data\.train/);
  });
});

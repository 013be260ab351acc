import { describe, expect, it } from 'vitest';
import { asft, dft, gem, profit, quantile, sft } from '../index.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { schedule } from './schedule.js';

const signals = signalsOf([0.05, 0.5]);
type Stages = NonNullable<Parameters<typeof schedule>[0]>['stages'];

const weightsAt = (rule: ReturnType<typeof schedule>, step: number, totalSteps = 10): number[] => [
  ...rule.weigh(signals, contextAt(step, { totalSteps })),
];

describe('schedule', () => {
  it('changes after the step that a stage lasts until', () => {
    const rule = schedule({ stages: [{ until: 3, rule: sft() }, { rule: profit() }] });
    expect([1, 3].map((step) => weightsAt(rule, step))).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect([4, 10].map((step) => weightsAt(rule, step))).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it('takes fractions of the run, exactly', () => {
    const rule = schedule({ stages: [{ until: 0.29, rule: sft() }, { until: 0.5, rule: profit() }, { rule: dft() }] });
    // 0.29 · 100 is 28.999999999999996.
    expect(weightsAt(rule, 29, 100)).toEqual([1, 1]);
    expect(weightsAt(rule, 30, 100)).toEqual([0, 1]);
    expect(weightsAt(rule, 50, 100)).toEqual([0, 1]);
    expect(weightsAt(rule, 51, 100)[0]).toBeCloseTo(0.05, 6);
  });

  it('knows 1 as a step', () => {
    const rule = schedule({ stages: [{ until: 1, rule: sft() }, { rule: profit() }] });
    expect(weightsAt(rule, 1)).toEqual([1, 1]);
    expect(weightsAt(rule, 2)).toEqual([0, 1]);
  });

  it.each<{ stages: Stages; message: RegExp }>([
    { stages: [{ rule: sft() }, { rule: dft() }], message: /stages.0.until: is required/ },
    { stages: [{ until: 3, rule: sft() }], message: /stages.0.until: the last stage lasts to the end/ },
    { stages: [{ until: 2.5, rule: sft() }, { rule: dft() }], message: /stages.0.until: expected a step/ },
    { stages: [{ until: 0, rule: sft() }, { rule: dft() }], message: /stages.0.until: expected number > 0/ },
    {
      stages: [{ until: 5, rule: sft() }, { until: 5, rule: profit() }, { rule: dft() }],
      message: /stages.1.until: has to be after the end of the stage before it, 5, got 5/,
    },
    {
      stages: [{ until: 0.5, rule: sft() }, { until: 0.2, rule: profit() }, { rule: dft() }],
      message: /stages.1.until: has to be after/,
    },
    { stages: [], message: /stages: expected at least 1 items/ },
    { stages: [{ until: 2, rule: quantile() }, { rule: sft() }], message: /different normalisers/ },
  ])('refuses what cannot be followed: $message', ({ stages, message }) => {
    expect(() => schedule({ stages })).toThrow(message);
  });

  it('counts a second loss term in its own stage', () => {
    const rule = schedule({
      stages: [{ until: 2, rule: asft({ beta: 0.5 }) }, { until: 4, rule: dft() }, { rule: asft({ beta: 0.25 }) }],
    });
    expect(rule.distributionTerm?.towards).toBe('reference');
    const coefficients = [1, 3, 5].map((step) => rule.distributionTerm?.coefficients(signals, contextAt(step))[1]);
    expect(coefficients).toEqual([0.5, 0, 0.25]);
    expect(schedule({ stages: [{ until: 2, rule: sft() }, { rule: gem() }] }).distributionTerm).toMatchObject({
      towards: 'tempered',
      temperature: 0.7,
    });
    for (const other of [asft(), gem({ temperature: 0.5 })]) {
      expect(() => schedule({ stages: [{ until: 2, rule: gem() }, { rule: other }] })).toThrow(
        /different distributions/,
      );
    }
  });

  it('prepares a stage that begins later', () => {
    const rule = schedule({
      stages: [{ until: 5, rule: sft({ normaliser: 'kept' }) }, { rule: quantile({ of: 'current', fraction: 0.5 }) }],
    });
    rule.prepare?.(signals, contextAt());
    expect(weightsAt(rule, 6)).toEqual([0, 1]);
  });
});

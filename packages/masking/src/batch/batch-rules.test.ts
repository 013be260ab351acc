import { describe, expect, it } from 'vitest';
import { dft } from '../probability/dft.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { cadft } from './cadft.js';
import { talr } from './talr.js';

const losses = (values: readonly number[]): number[] => values.map((loss) => Math.exp(-loss));

describe('talr', () => {
  it('takes the median of the mean losses of sequences as its temperature', () => {
    // Mean losses 1, 2 and 6: τ = 2.
    const signals = signalsOf(losses([0.5, 1.5, 2, 4, 8]), { sequence: [0, 0, 1, 2, 2] });
    const weights = talr().weigh(signals, contextAt());
    [0.25, 0.75, 1, 2, 4].forEach((loss, token) => expect(weights[token]).toBeCloseTo(Math.exp(-loss), 6));
  });

  it('takes the mean of the middle two of an even number', () => {
    const signals = signalsOf(losses([1, 3]), { sequence: [0, 1] });
    expect(talr().weigh(signals, contextAt())[0]).toBeCloseTo(Math.exp(-0.5), 6);
  });

  it('has a floor', () => {
    const signals = signalsOf(losses([1, 50]), { sequence: [0, 0] });
    expect(talr({ temperature: 1 }).weigh(signals, contextAt())[1]).toBeCloseTo(0.01, 8);
    expect(talr({ temperature: 1, floor: 0 }).weigh(signals, contextAt())[1]).toBeLessThan(1e-20);
  });

  it('has its limit where the median sequence is certain', () => {
    const signals = signalsOf([1, 1, 0.5], { sequence: [0, 1, 2] });
    const weights = talr().weigh(signals, contextAt());
    expect([...weights.subarray(0, 2)]).toEqual([1, 1]);
    expect(weights[2]).toBeCloseTo(0.01, 8);
  });

  it('sees the step, or single tokens where τ is fixed', () => {
    expect(talr().scope).toBe('step');
    expect(talr({ temperature: 2 }).scope).toBe('token');
    expect(() => talr({ temperature: 0 })).toThrow(/temperature/);
  });
});

describe('cadft', () => {
  it('weighs down the sequences that are harder than the mean', () => {
    // Mean losses 1 and 3: mean 2, deviation 1, z −1 and 1.
    const signals = signalsOf(losses([1, 2, 4]), { sequence: [0, 1, 1] });
    const weights = cadft().weigh(signals, contextAt());
    expect(weights[0]).toBeCloseTo(Math.exp(-1), 6);
    expect(weights[1]).toBeCloseTo(Math.exp(-3), 6);
    expect(weights[2]).toBeCloseTo(Math.exp(-5), 6);
    expect(cadft({ beta: 2 }).weigh(signals, contextAt())[1]).toBeCloseTo(Math.exp(-4), 6);
    expect(cadft().scope).toBe('step');
  });

  it.each([
    ['one sequence', [0.2, 0.4], [0, 0]],
    ['equal sequences', [0.3, 0.3, 0.3], [0, 1, 2]],
    ['equal sequences of unequal length', [0.3, 0.3, 0.3, 0.3, 0.3], [0, 1, 1, 2, 2]],
    ['certain sequences', [1, 1], [0, 1]],
  ])('is dft on %s', (_, probabilities, sequence) => {
    const signals = signalsOf(probabilities, { sequence });
    expect(cadft().weigh(signals, contextAt())).toEqual(dft().weigh(signals, contextAt()));
  });

  it('makes no difference of the rounding of equal means', () => {
    for (let count = 2; count < 60; count++) {
      const probabilities = Array.from({ length: 3 * count }, (_, token) => [0.3, 0.5, 0.9][token % 3]);
      const sequence = probabilities.map((_, token) => Math.floor(token / 3));
      const signals = signalsOf(probabilities, { sequence });
      expect(cadft().weigh(signals, contextAt())).toEqual(dft().weigh(signals, contextAt()));
    }
  });

  it('is dft at β = 0', () => {
    const signals = signalsOf([0.2, 0.4, 0.9], { sequence: [0, 1, 2] });
    expect(cadft({ beta: 0 }).weigh(signals, contextAt())).toEqual(dft().weigh(signals, contextAt()));
  });
});

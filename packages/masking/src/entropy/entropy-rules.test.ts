import { describe, expect, it } from 'vitest';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { eaftPilot } from './eaft-pilot.js';
import { eaft } from './eaft.js';
import { entropyMask } from './entropy-mask.js';

const anyProbabilities = (length: number): number[] => new Array<number>(length).fill(0.5);

describe('eaft', () => {
  const withEntropies = (...topEntropy: number[]) => signalsOf(anyProbabilities(topEntropy.length), { topEntropy });

  it('has weight ln 20 / 3 on twenty equally probable tokens, and 0 where one is certain', () => {
    const [uniform, certain] = eaft().weigh(withEntropies(Math.log(20), 0), contextAt());
    expect(uniform).toBeCloseTo(0.9986, 4);
    expect(certain).toBe(0);
  });

  it('divides by ln K for another K, and by a divisor of its own', () => {
    expect(eaft({ topK: 5 }).weigh(withEntropies(Math.log(5)), contextAt())[0]).toBeCloseTo(1, 6);
    expect(eaft({ divisor: 2 }).weigh(withEntropies(1), contextAt())[0]).toBeCloseTo(0.5, 6);
  });

  it('raises to α, also an entropy that rounding made negative', () => {
    const [half, negative] = eaft({ alpha: 0.5 }).weigh(withEntropies(0.75, -1e-7), contextAt());
    expect(half).toBeCloseTo(0.5, 6);
    expect(negative).toBe(0);
  });

  it('asks for its K', () => {
    expect(eaft().topK).toBe(20);
    expect(eaft({ topK: 7 }).topK).toBe(7);
    expect(eaft().needs).toEqual(['topEntropy']);
    expect(() => eaft({ topK: 1 })).toThrow(/topK: expected integer ≥ 2/);
  });
});

describe('entropy-mask', () => {
  it('keeps the highest entropies of the step, ⌈ρ N⌉ of them', () => {
    const signals = signalsOf(anyProbabilities(5), { entropy: [0.1, 2, 0.3, 1.5, 0], sequence: [0, 0, 1, 1, 1] });
    expect([...entropyMask({ fraction: 0.4 }).weigh(signals, contextAt())]).toEqual([0, 1, 0, 1, 0]);
    expect([...entropyMask().weigh(signals, contextAt())]).toEqual([0, 1, 0, 0, 0]);
    expect([...entropyMask({ fraction: 0 }).weigh(signals, contextAt())]).toEqual([0, 0, 0, 0, 0]);
    expect([...entropyMask({ fraction: 1 }).weigh(signals, contextAt())]).toEqual([1, 1, 1, 1, 1]);
    expect(entropyMask().scope).toBe('step');
  });

  it('keeps the earlier of equal ones', () => {
    const signals = signalsOf(anyProbabilities(5), { entropy: [1, 1, 1, 1, 1] });
    expect([...entropyMask({ fraction: 0.4 }).weigh(signals, contextAt())]).toEqual([1, 1, 0, 0, 0]);
  });
});

describe('eaft-pilot', () => {
  // Ten tokens; the lowest 20 % of entropy are tokens 0 and 1, of p tokens 1 and 2.
  const entropy = [0.01, 0.02, 1, 1, 1, 1, 1, 1, 1, 1];
  const probabilities = [0.9, 0.02, 0.01, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5];

  it('drops what is lowest in both', () => {
    const signals = signalsOf(probabilities, { entropy });
    const rule = eaftPilot({ fraction: 0.2 });
    rule.prepare?.(signals, contextAt());
    expect([...rule.weigh(signals, contextAt())]).toEqual([1, 0, 1, 1, 1, 1, 1, 1, 1, 1]);
  });

  it('holds the current values against bounds of the whole training set', () => {
    const rule = eaftPilot({ fraction: 0.2 });
    rule.prepare?.(signalsOf(probabilities, { entropy }), contextAt());
    const later = signalsOf([0.3, 0.3, 0.6], { entropy: [0.5, 1.5, 0.5] });
    expect([...rule.weigh(later, contextAt(5))]).toEqual([0, 1, 1]);
  });

  it('drops nothing of equal values, or at fraction 0', () => {
    const equal = signalsOf(anyProbabilities(4), { entropy: [1, 1, 1, 1] });
    const rule = eaftPilot({ fraction: 0.9 });
    rule.prepare?.(equal, contextAt());
    expect([...rule.weigh(equal, contextAt())]).toEqual([1, 1, 1, 1]);
    const none = eaftPilot({ fraction: 0 });
    none.prepare?.(signalsOf(probabilities, { entropy }), contextAt());
    expect(none.weigh(signalsOf(probabilities, { entropy }), contextAt()).every((weight) => weight === 1)).toBe(true);
  });
});

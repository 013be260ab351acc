import { describe, expect, it } from 'vitest';
import { chain, product } from '../index.js';
import { contextAt, signalsOf } from '../testing/token-signals.js';
import { chordPhi } from './chord-phi.js';
import { dft } from './dft.js';
import { focal } from './focal.js';
import { infosft } from './infosft.js';
import { luffy } from './luffy.js';
import { power } from './power.js';
import { profit } from './profit.js';
import { sft } from './sft.js';
import { thresholded } from './thresholded.js';
import { trsft } from './trsft.js';
import { talr } from '../batch/talr.js';

const grid = [0.001, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99];

describe('test vectors', () => {
  it.each([
    { name: 'sft', rule: sft(), expected: [1, 1, 1, 1, 1, 1, 1, 1, 1] },
    { name: 'profit, strict', rule: profit(), expected: [0, 0, 0, 0, 1, 1, 1, 1, 1] },
    { name: 'profit low', rule: profit({ direction: 'low' }), expected: [1, 1, 1, 1, 0, 0, 0, 0, 0] },
    {
      name: 'profit middle',
      rule: profit({ threshold: [0.05, 0.7], direction: 'middle' }),
      expected: [0, 0, 1, 1, 1, 1, 1, 0, 0],
    },
    { name: 'dft', rule: dft(), expected: grid },
    {
      name: 'power 0.1',
      rule: power({ alpha: 0.1 }),
      expected: [0.5012, 0.631, 0.7411, 0.7943, 0.8866, 0.933, 0.965, 0.9895, 0.999],
    },
    { name: 'power 10', rule: power({ alpha: 10 }), expected: [0, 0, 0, 0, 0, 0.001, 0.0282, 0.3487, 0.9044] },
    { name: 'trsft', rule: trsft(), expected: [0.01, 0.1, 0.5, 1, 1, 1, 1, 1, 1] },
    {
      name: 'infosft',
      rule: infosft(),
      expected: [0.0037, 0.0278, 0.1069, 0.1849, 0.3983, 0.5, 0.4707, 0.1355, 0],
    },
    {
      name: 'chord-phi',
      rule: chordPhi(),
      expected: [0.001, 0.0099, 0.0475, 0.09, 0.21, 0.25, 0.21, 0.09, 0.0099],
    },
    { name: 'focal', rule: focal(), expected: [0.998, 0.9801, 0.9025, 0.81, 0.49, 0.25, 0.09, 0.01, 0.0001] },
    {
      name: 'talr, temperature 1.5',
      rule: talr({ temperature: 1.5 }),
      expected: [0.01, 0.0464, 0.1357, 0.2154, 0.4481, 0.63, 0.7884, 0.9322, 0.9933],
    },
    {
      name: 'luffy',
      rule: luffy(),
      expected: [0.0098, 0.0826, 0.2222, 0.25, 0.1875, 0.1389, 0.1094, 0.09, 0.0833],
    },
    { name: 'OnlyTopLogP', rule: thresholded(), expected: [0, 0, 0, 0, 1, 1, 1, 1, 1] },
    { name: 'OnlyBottomLogP', rule: thresholded({ keep: 'bottom' }), expected: [1, 1, 1, 1, 0, 0, 0, 0, 0] },
    {
      name: 'OnlyTopP',
      rule: thresholded({ objective: 'prob' }),
      expected: [0, 0, 0, 0, 0.3, 0.5, 0.7, 0.9, 0.99],
    },
    {
      name: 'OnlyBottomP',
      rule: thresholded({ objective: 'prob', keep: 'bottom' }),
      expected: [0.001, 0.01, 0.05, 0.1, 0, 0, 0, 0, 0],
    },
  ])('$name', ({ rule, expected }) => {
    const weights = rule.weigh(signalsOf(grid), contextAt());
    expect(weights).toBeInstanceOf(Float32Array);
    expect(weights).toHaveLength(grid.length);
    // The vectors have four decimals.
    weights.forEach((weight, token) => expect(Math.abs(weight - expected[token])).toBeLessThan(1e-4));
  });
});

describe('identities', () => {
  const signals = signalsOf(grid);
  const weigh = (rule: ReturnType<typeof sft>): Float32Array => rule.weigh(signals, contextAt());

  it.each([
    ['profit at 0', profit({ threshold: 0 }), 'sft', sft()],
    ['power 0', power({ alpha: 0 }), 'sft', sft()],
    ['power 1', power({ alpha: 1 }), 'dft', dft()],
    ['trsft 0', trsft({ alpha: 0 }), 'sft', sft()],
    ['trsft 1', trsft({ alpha: 1 }), 'dft', dft()],
    ['focal 0', focal({ gamma: 0 }), 'sft', sft()],
    ['thresholded at 0', thresholded({ threshold: 0 }), 'sft', sft()],
    ['thresholded', thresholded({ threshold: 0.3 }), 'inclusive profit', profit({ threshold: 0.3, inclusive: true })],
    [
      'chain of profit and dft',
      chain({ rules: [profit(), dft()] }),
      'their product',
      product({ rules: [profit(), dft()] }),
    ],
  ])('%s is %s bit for bit', (_, rule, __, other) => {
    expect(weigh(rule)).toEqual(weigh(other));
  });

  it('power goes to sft as α goes to 0', () => {
    for (const weight of weigh(power({ alpha: 1e-6 }))) expect(weight).toBeCloseTo(1, 4);
  });

  it('profit at τ ≥ 1 is nothing', () => {
    expect(weigh(profit({ threshold: 1 })).every((weight) => weight === 0)).toBe(true);
  });

  it('infosft has its zero at the target', () => {
    const around = signalsOf([0.8 - 1e-3, 0.8, 0.8 + 1e-3]);
    const [below, at, above] = infosft({ target: 0.8 }).weigh(around, contextAt());
    expect(below).toBeGreaterThan(1e-3);
    expect(at).toBeLessThan(1e-6);
    expect(above).toBe(0);
  });

  it('luffy is largest at p = γ', () => {
    const [below, at, above] = luffy({ gamma: 0.3 }).weigh(signalsOf([0.25, 0.3, 0.35]), contextAt());
    expect(at).toBeCloseTo(0.25, 6);
    expect(Math.max(below, above)).toBeLessThan(at);
  });
});

it('both sides of thresholded keep a token at the threshold', () => {
  for (const keep of ['top', 'bottom'] as const) {
    expect([...thresholded({ keep, threshold: 0.3 }).weigh(signalsOf([0.3]), contextAt())]).toEqual([1]);
  }
});

it('thresholded is binary with objective log only', () => {
  expect(thresholded().binary).toBe(true);
  expect(thresholded({ objective: 'prob' }).binary).toBe(false);
});

it('focal keeps its precision near p = 1', () => {
  const signals = { ...signalsOf([1]), logProb: Float32Array.of(-1e-10) };
  expect(focal({ gamma: 1 }).weigh(signals, contextAt())[0]).toBeCloseTo(1e-10, 14);
});

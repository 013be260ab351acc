import { createRegistry, InvalidConfigError, type MaskingRule, type Normaliser } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import * as exported from './index.js';
import { contextAt, everySignal, signalsOf } from './testing/token-signals.js';

const { maskingRules, sft, profit, dft, eaft, gem } = exported;

/** Each rule by its name, with what it cannot do without. */
const required: Readonly<Record<string, object>> = {
  product: { rules: [profit(), dft()] },
  chain: { rules: [profit(), dft()] },
  schedule: { stages: [{ until: 5, rule: sft() }, { rule: profit() }] },
  'by-source': { rules: { maths: profit() }, otherwise: sft() },
  keep: { rule: profit(), tokens: [0] },
};
/** Options that change how a rule computes. */
const variants: Readonly<Record<string, readonly object[]>> = {
  profit: [
    { direction: 'low' },
    { direction: 'middle', threshold: [0.1, 0.9] },
    { direction: 'random' },
    { inclusive: true },
  ],
  power: [{ alpha: 0 }, { alpha: 10 }],
  thresholded: [{ objective: 'prob' }, { keep: 'bottom' }],
  trsft: [{ alpha: 0 }],
  luffy: [{ gamma: 1e-300 }, { gamma: 1e300 }],
  prift: [{ signal: 'mass' }],
  quantile: [{ of: 'current' }, { keep: 'bottom' }],
  'iw-sft': [{ variant: 'token' }, { temperature: 0 }],
  deft: [{ variant: 'cayley' }],
  ranktuner: [{ base: 'uniform' }],
  talr: [{ temperature: 1e-300 }, { floor: 0 }],
};
const fixedNormalisers: Readonly<Record<string, Normaliser>> = {
  thresholded: 'kept',
  quantile: 'kept',
  'rho-1': 'kept',
  'token-cleaning': 'kept',
  sstoken: 'kept',
};

const registry = createRegistry({ masking: maskingRules });
const create = (name: string, options: object = {}): MaskingRule =>
  registry.masking(name, { ...required[name], ...options });
const names = maskingRules.map(({ pluginName }) => pluginName as string);
const every = names.flatMap((name) =>
  [{}, ...(variants[name] ?? [])].map((options) => [`${name} ${JSON.stringify(options)}`, name, options] as const),
);

describe('the list', () => {
  it('has every rule that is exported', () => {
    const rules = Object.values(exported).filter((value) => typeof value === 'function');
    expect(new Set(maskingRules)).toEqual(new Set(rules));
    expect(new Set(names).size).toBe(names.length);
  });

  it('serves a registry by name', () => {
    expect(registry.masking('profit', { threshold: 0.2 }).binary).toBe(true);
    expect(registry.masking('dft').binary).toBe(false);
    expect(() => registry.masking('proft' as string)).toThrow(/Did you mean "profit"/);
  });

  it('makes rules within rules from a configuration', () => {
    const rule = registry.masking('chain', {
      rules: [
        { name: 'keep', rule: { name: 'profit', threshold: 0.3 }, tokens: [0] },
        { name: 'schedule', stages: [{ until: 1, rule: 'sft' }, { rule: 'dft' }] },
      ],
    });
    const signals = signalsOf([0.2, 0.25, 0.5]);
    expect([...rule.weigh(signals, contextAt(1))]).toEqual([1, 0, 1]);
    expect(rule.weigh(signals, contextAt(2))[0]).toBeCloseTo(0.2, 6);
    expect(() => registry.masking('chain', { rules: [{ name: 'profit', threshold: 2 }] })).toThrow(
      /masking rule "chain": rules.0: .*threshold: expected number in \[0, 1\]/s,
    );
    expect(() => registry.masking('random-matched', { rule: 'proft' })).toThrow(/rule: .*Did you mean "profit"/);
  });
});

describe.each(names)('%s', (name) => {
  it('has the normaliser of its authors, and takes another', () => {
    const normaliser = fixedNormalisers[name] ?? 'tokens';
    expect(create(name).normaliser).toBe(normaliser);
    expect(registry.plugins.masking.find(({ pluginName }) => pluginName === name)?.normaliser).toBe(normaliser);
    for (const other of ['tokens', 'sequence', 'kept'] as const) {
      expect(create(name, { normaliser: other }).normaliser).toBe(other);
    }
    expect(() => create(name, { normaliser: 'all' })).toThrow(InvalidConfigError);
  });

  it('refuses an option that it does not have', () => {
    expect(() => create(name, { nonsense: 1 })).toThrow(`masking rule "${name}": nonsense: unknown key`);
  });
});

const inputs = {
  'no token': everySignal([]),
  'one token': everySignal([-0.7]),
  'one certain token': everySignal([0]),
  'one hopeless token': everySignal([-80]),
  'equal tokens': everySignal(new Array<number>(6).fill(-1), [0, 0, 1, 1, 1, 2]),
  'certain tokens': everySignal(new Array<number>(6).fill(0), [0, 0, 1, 1, 1, 2]),
  'hopeless tokens': everySignal(new Array<number>(6).fill(-80), [0, 0, 1, 1, 1, 2]),
  'log p rounded to above 0': everySignal([1e-7, -1e-7, 0]),
  'log p at the end of float32': everySignal([-3e38, -1e30, -1000, -104]),
  'log p of −∞': everySignal([-Infinity, -1]),
  mixture: everySignal([0, -80, -1e-3, -0.1, -1, -3, -10], [0, 0, 0, 3, 3, 5, 6]),
};
const context = () => contextAt(2, { sources: ['maths', 'maths', undefined, 'chat', 'maths'] });

describe.each(every)('%s', (_, name, options) => {
  it.each(Object.entries(inputs))('weighs %s with finite numbers that are not negative', (__, signals) => {
    const rule = create(name, options);
    rule.prepare?.(signals, context());
    const weights = rule.weigh(signals, context());
    expect(weights).toBeInstanceOf(Float32Array);
    expect(weights).toHaveLength(signals.length);
    for (const weight of weights) {
      expect(Number.isFinite(weight)).toBe(true);
      expect(weight >= 0 && !Object.is(weight, -0)).toBe(true);
      if (rule.binary) expect([0, 1]).toContain(weight);
    }
    const coefficients = rule.distributionTerm?.coefficients(signals, context());
    if (coefficients !== undefined) {
      expect(coefficients).toHaveLength(signals.length);
      expect(coefficients.every(Number.isFinite)).toBe(true);
    }
  });

  it('says which signal is absent', () => {
    const rule = create(name, options);
    for (const need of rule.needs) {
      const { [need]: absent, ...rest } = everySignal([-1, -2]);
      expect(absent).toBeDefined();
      const run = (): void => {
        rule.prepare?.(rest as typeof inputs.mixture, context());
        rule.weigh(rest as typeof inputs.mixture, context());
      };
      expect(run).toThrow(InvalidConfigError);
      expect(run).toThrow(`masking rule "${name}": needs the signal "${need}"`);
    }
  });

  it('reads no signal that it does not ask for', () => {
    const rule = create(name, options);
    const allowed = new Set<string>(['length', 'logProb', 'sequence', 'position', 'tokenId', ...rule.needs]);
    const signals = Object.fromEntries(Object.entries(inputs.mixture).filter(([key]) => allowed.has(key)));
    rule.prepare?.(signals as unknown as typeof inputs.mixture, context());
    expect(rule.weigh(signals as unknown as typeof inputs.mixture, context())).toHaveLength(7);
  });

  it('leaves the signals as they are', () => {
    const rule = create(name, options);
    const signals = everySignal([0, -80, -1e-3, -0.1], [0, 0, 0, 3]);
    rule.prepare?.(signals, context());
    rule.weigh(signals, context());
    expect(signals).toEqual(everySignal([0, -80, -1e-3, -0.1], [0, 0, 0, 3]));
  });
});

it.each([
  ['power', { alpha: -1 }, /alpha/],
  ['thresholded', { threshold: 2 }, /threshold/],
  ['focal', { gamma: -1 }, /gamma/],
  ['infosft', { target: 0.5 }, /target: expected number in \(0.5, 1\)/],
  ['infosft', { target: 1 }, /target/],
  ['trsft', { alpha: 1.5 }, /alpha/],
  ['luffy', { gamma: 0 }, /gamma/],
  ['eaft', { divisor: 0 }, /divisor/],
  ['eaft-pilot', { fraction: 1 }, /fraction/],
  ['entropy-mask', { fraction: 1.1 }, /fraction/],
  ['prift', { signal: 'rank' }, /signal/],
  ['quantile', { fraction: 0 }, /fraction/],
  ['rho-1', { fraction: -0.1 }, /fraction/],
  ['token-cleaning', { fraction: 0 }, /fraction/],
  ['sstoken', { fraction: 2 }, /fraction/],
  ['psft', { epsilon: -0.1 }, /epsilon/],
  ['iw-sft', { temperature: -1 }, /temperature/],
  ['talr', { floor: 2 }, /floor/],
  ['cadft', { beta: -1 }, /beta/],
  ['deft', { variant: 'shannon' }, /variant/],
  ['ranktuner', { base: 'p' }, /base/],
  ['asft', { beta: -1 }, /beta/],
  ['gem', { temperature: 0 }, /temperature/],
  ['annealed', { to: 1.1 }, /to: expected/],
  ['sequence-quantile', { fraction: 7 }, /fraction/],
  ['reference-threshold', { threshold: -1 }, /threshold/],
])('%s refuses %j', (name, options, message) => {
  expect(() => create(name, options)).toThrow(InvalidConfigError);
  expect(() => create(name, options)).toThrow(message);
});

it('a rule without options of its own is as its plugin says', () => {
  for (const plugin of maskingRules) {
    if (Object.hasOwn(required, plugin.pluginName)) continue;
    const rule = create(plugin.pluginName);
    expect(rule.name).toBe(plugin.pluginName);
    if (plugin.pluginName === 'thresholded') continue;
    expect([plugin.pluginName, rule.binary, rule.scope]).toEqual([plugin.pluginName, plugin.binary, plugin.scope]);
    expect(rule.needs).toEqual(plugin.needs);
  }
  expect([eaft().topK, gem().distributionTerm?.temperature]).toEqual([20, 0.7]);
});

import { describe, expect, test } from 'vitest';
import { defineDataset } from '../contracts/dataset.js';
import { defineMaskingRule } from '../contracts/masking-rule.js';
import { InvalidConfigError, UnknownPluginError } from '../errors/errors.js';
import { number, object } from '../schema/schema.js';
import { createRegistry } from './create-registry.js';

function constantRule<const Name extends string>(name: Name) {
  return defineMaskingRule({
    name,
    description: 'one weight for every token',
    source: 'ours',
    options: object({ weight: number({ default: 1, minimum: 0 }) }),
    binary: false,
    create: ({ weight }) => ({ weigh: (signals) => new Float32Array(signals.length).fill(weight) }),
  });
}

const one = constantRule('one');
const other = constantRule('other');
const rows = defineDataset({
  name: 'one',
  description: 'no rows',
  source: 'ours',
  options: object({}),
  create: () => ({
    load: () => Promise.resolve({ length: 0, row: () => ({ text: '' }), origin: () => '', fingerprint: 'empty' }),
  }),
});

const signals = {
  length: 2,
  logProb: new Float32Array(2),
  sequence: new Int32Array(2),
  position: new Int32Array(2),
  tokenId: new Int32Array(2),
};
const context = { step: 1, totalSteps: 1, random: { next: () => 0, integer: () => 0, normal: () => 0 } };

describe('lookup', () => {
  const registry = createRegistry({ masking: [one, other], datasets: [rows] });

  test('makes the plugin with its options, by kind', async () => {
    const rule = registry.masking('one', { weight: 0.5 });
    expect(rule.name).toBe('one');
    expect([...rule.weigh(signals, context)]).toEqual([0.5, 0.5]);
    expect([...registry.masking('other').weigh(signals, context)]).toEqual([1, 1]);
    expect((await registry.dataset('one').load()).fingerprint).toBe('empty');
    expect(registry.plugins.masking).toEqual([one, other]);
    expect(registry.plugins.backends).toEqual([]);
  });

  test('an unknown name is told what there is of the kind', () => {
    const name: string = 'otter';
    expect(() => registry.masking(name)).toThrow(
      'unknown masking rule "otter". Did you mean "other"? Available: one, other.',
    );
    expect(() => registry.dataset(name)).toThrow('unknown data set "otter". Available: one.');
    expect(() => registry.backend(name)).toThrow(UnknownPluginError);
    expect(() => registry.evaluator(name)).toThrow('unknown evaluator "otter". Available: none.');
  });

  test.each(['__proto__', 'constructor', 'toString', ''])('the name "%s" is unknown like any other', (name) => {
    expect(() => registry.masking(name)).toThrow(UnknownPluginError);
  });

  test('wrong options name the plugin and the key', () => {
    const name: string = 'one';
    expect(() => registry.masking(name, { weight: -1 })).toThrow(
      'masking rule "one": weight: expected number ≥ 0, got -1',
    );
    expect(() => registry.masking(name, { wieght: 1 })).toThrow(
      'masking rule "one": wieght: unknown key. Did you mean "weight"? Known keys: weight',
    );
    expect(() => registry.masking(name, 'x')).toThrow('masking rule "one": expected object, got "x"');
  });
});

test('two plugins of a kind cannot share a name, two kinds can', () => {
  expect(() => createRegistry({ masking: [one, constantRule('one')] })).toThrow(
    new InvalidConfigError('registry', [{ path: '', message: 'two plugins of kind masking rule are named "one"' }]),
  );
  expect(() => createRegistry({ masking: [one], datasets: [rows] })).not.toThrow();
});

describe('extend', () => {
  test('gives a registry of both and leaves the first as it was', () => {
    const first = createRegistry({ masking: [one] });
    const second = first.extend({ masking: [other], datasets: [rows] });
    expect(second.masking('one').name).toBe('one');
    expect(second.masking('other').name).toBe('other');
    expect(second.plugins.datasets).toEqual([rows]);
    expect(first.plugins).toEqual({
      masking: [one],
      backends: [],
      datasets: [],
      evaluators: [],
      annotators: [],
      launchers: [],
    });
    const name: string = 'other';
    expect(() => first.masking(name)).toThrow(UnknownPluginError);
  });

  test('refuses a name that is there', () => {
    expect(() => createRegistry({ masking: [one] }).extend({ masking: [constantRule('one')] })).toThrow(
      'two plugins of kind masking rule are named "one"',
    );
  });

  test('changing the given list later changes nothing', () => {
    const list = [one];
    const registry = createRegistry({ masking: list });
    list.push(constantRule('one'));
    expect(registry.extend({}).plugins.masking).toEqual([one]);
  });
});

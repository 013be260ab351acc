import { expect, test } from 'vitest';
import { defineDataset } from '../contracts/dataset.js';
import { defineMaskingRule, type MaskingRule } from '../contracts/masking-rule.js';
import { number, object } from '../schema/schema.js';
import { createRegistry } from './create-registry.js';
import { datasetOption } from './dataset-option.js';
import { ruleOption } from './rule-option.js';

const about = { description: 'for tests', source: 'ours' } as const;
const constant = defineMaskingRule({
  ...{ ...about, name: 'constant', binary: false },
  options: object({ weight: number({ minimum: 0 }) }),
  create: ({ weight }) => ({ weigh: ({ length }) => new Float32Array(length).fill(weight) }),
});
const twice = defineMaskingRule({
  ...{ ...about, name: 'twice', binary: false },
  options: object({ of: ruleOption() }),
  create: ({ of }) => ({ weigh: (signals, context) => of.weigh(signals, context).map((weight) => 2 * weight) }),
});
const empty = defineDataset({
  ...{ ...about, name: 'empty' },
  options: object({}),
  create: () => ({
    load: () => Promise.resolve({ length: 0, row: () => ({ text: '' }), origin: () => '', fingerprint: 'empty' }),
  }),
});
const copied = defineDataset({
  ...{ ...about, name: 'copied' },
  options: object({ from: datasetOption() }),
  create: ({ from }) => ({ load: () => from.load() }),
});
const registry = createRegistry({ masking: [constant, twice], datasets: [empty, copied] });

function weightOf(rule: MaskingRule): number {
  const one = new Int32Array(1);
  const signals = { length: 1, logProb: new Float32Array(1), sequence: one, position: one, tokenId: one };
  return rule.weigh(signals, {
    step: 1,
    totalSteps: 1,
    random: { next: () => 0, integer: () => 0, normal: () => 0 },
  })[0];
}
const made = (of: unknown): MaskingRule => registry.masking('twice' as string, { of });

test('a rule within a rule: by itself in code, by name and options in a configuration, and within itself', async () => {
  expect(weightOf(twice({ of: constant({ weight: 3 }) }))).toBe(6);
  expect(weightOf(made({ name: 'constant', weight: 3 }))).toBe(6);
  expect(weightOf(made({ name: 'twice', of: { name: 'constant', weight: 1.5 } }))).toBe(6);
  expect((await registry.dataset('copied' as string, { from: 'empty' }).load()).fingerprint).toBe('empty');
});

test.each<[of: unknown, message: RegExp]>([
  [3, /of: expected a masking rule: its name, or an object of its name and options/],
  [null, /of: expected a masking rule/],
  [{ weight: 1 }, /of: expected a masking rule/],
  ['constants', /unknown masking rule "constants". Did you mean "constant"\?/],
  [{ name: 'constant', weight: -1 }, /weight: expected number ≥ 0, got -1/],
])('%j is refused', (of, message) => {
  expect(() => made(of)).toThrow(message);
});

test('a name outside of a registry means nothing, also after one was used', () => {
  made({ name: 'constant', weight: 1 });
  expect(() => made('constants')).toThrow();
  expect(() => twice({ of: 'constant' })).toThrow(/the name "constant" means nothing without a registry/);
});

test('what a plugin itself throws is not taken for a wrong option', () => {
  const broken = defineMaskingRule({
    ...{ ...about, name: 'broken', binary: false },
    options: object({}),
    create: () => {
      throw new RangeError('a defect');
    },
  });
  const own = createRegistry({ masking: [twice, broken] });
  expect(() => own.masking('twice' as string, { of: 'broken' })).toThrow(RangeError);
});

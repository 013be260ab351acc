import { expectTypeOf, test } from 'vitest';
import {
  defineBackend,
  defineFrozenBackend,
  type FrozenBackend,
  type ModelBackend,
} from '../contracts/model-backend.js';
import { defineDataset, type DatasetSource } from '../contracts/dataset.js';
import { defineEvaluator, type Evaluator } from '../contracts/evaluator.js';
import { defineMaskingRule, type MaskingPlugin, type MaskingRule } from '../contracts/masking-rule.js';
import { number, object, oneOf, string } from '../schema/schema.js';
import { createRegistry, type Registry } from './create-registry.js';

const threshold = defineMaskingRule({
  name: 'threshold',
  description: 'keeps probable tokens',
  source: 'ours',
  options: object({ at: number(), direction: oneOf(['high', 'low'], { default: 'high' }) }),
  binary: true,
  create: ({ at, direction }) => {
    expectTypeOf(at).toEqualTypeOf<number>();
    expectTypeOf(direction).toEqualTypeOf<'high' | 'low'>();
    return { weigh: (signals) => signals.logProb.map((logProb) => (logProb > at ? 1 : 0)) };
  },
});

const all = defineMaskingRule({
  name: 'all',
  description: 'keeps every token',
  source: 'ours',
  options: object({ weight: number({ default: 1 }) }),
  binary: true,
  create: () => ({ weigh: (signals) => new Float32Array(signals.length).fill(1) }),
});

declare const source: DatasetSource;
declare const backend: ModelBackend;
declare const frozenBackend: FrozenBackend;
const lines = defineDataset({
  name: 'lines',
  description: 'one row per line',
  source: 'ours',
  options: object({ path: string() }),
  create: () => source,
});
const engine = defineBackend({
  name: 'engine',
  description: 'runs models',
  source: 'ours',
  options: object({ device: oneOf(['cpu', 'gpu'], { default: 'cpu' }) }),
  create: () => backend,
  diagnose: () => Promise.resolve([]),
});
const scorer = defineFrozenBackend({
  name: 'scorer',
  description: 'scores',
  source: 'ours',
  options: object({}),
  create: () => frozenBackend,
  diagnose: () => Promise.resolve([]),
});
const count = defineEvaluator({
  name: 'count',
  description: 'counts items',
  source: 'ours',
  options: object({}),
  create: () => ({ evaluate: () => Promise.resolve({ metrics: {}, items: [] }) }),
});

const registry = createRegistry({
  masking: [threshold, all],
  datasets: [lines],
  backends: [engine],
  evaluators: [count],
});

test('a plugin keeps its name and the types of its options', () => {
  expectTypeOf(threshold.pluginName).toEqualTypeOf<'threshold'>();
  expectTypeOf(threshold)
    .parameter(0)
    .toEqualTypeOf<({ readonly at: number } & { readonly direction?: 'high' | 'low' | undefined }) | undefined>();
  expectTypeOf(threshold({ at: 1 })).toEqualTypeOf<MaskingRule>();
  // @ts-expect-error -- at is a number
  threshold({ at: 'x' });
  // @ts-expect-error -- at is required
  threshold({ direction: 'low' });
  // @ts-expect-error -- no such option
  threshold({ at: 1, above: 2 });
});

test('lookups give the instance of their kind', () => {
  expectTypeOf(registry.masking('threshold', { at: 0.1 })).toEqualTypeOf<MaskingRule>();
  expectTypeOf(registry.masking('all')).toEqualTypeOf<MaskingRule>();
  expectTypeOf(registry.dataset('lines', { path: 'a' })).toEqualTypeOf<DatasetSource>();
  expectTypeOf(registry.backend('engine', { device: 'gpu' })).toEqualTypeOf<ModelBackend>();
  expectTypeOf(registry.evaluator('count')).toEqualTypeOf<Evaluator>();
});

test('a backend that does not train is known by its name, or by `trains`', () => {
  const mixed = createRegistry({ backends: [engine, scorer] });
  expectTypeOf(mixed.backend('engine')).toEqualTypeOf<ModelBackend>();
  expectTypeOf(mixed.backend('scorer')).toEqualTypeOf<FrozenBackend>();
  const unknown = mixed.backend('engine' as string);
  expectTypeOf(unknown).toEqualTypeOf<ModelBackend | FrozenBackend>();
  if (unknown.trains !== false) expectTypeOf(unknown).toEqualTypeOf<ModelBackend>();
  expectTypeOf(mixed).toExtend<Registry>();
  // @ts-expect-error -- a frozen backend makes no model that trains
  const wrong: ModelBackend = mixed.backend('scorer');
});

test('options are typed by name', () => {
  registry.masking('threshold', { at: 0.1, direction: 'low' });
  // @ts-expect-error -- a wrong type of a known option
  registry.masking('threshold', { at: 'high' });
  // @ts-expect-error -- a value that is not in the list
  registry.masking('threshold', { at: 0.1, direction: 'middle' });
  // @ts-expect-error -- an option that does not exist
  registry.masking('threshold', { at: 0.1, threshold: 1 });
  // @ts-expect-error -- a required option is missing
  registry.masking('threshold', {});
  // @ts-expect-error -- the options of another rule
  registry.masking('all', { at: 0.1 });
  // @ts-expect-error -- no options object at all
  registry.masking('threshold', 0.1);
  // @ts-expect-error -- a wrong option of a data set
  registry.dataset('lines', { file: 'a' });
  // @ts-expect-error -- a wrong option of a backend
  registry.backend('engine', { device: 'tpu' });
});

test('a literal name that is not there is an error', () => {
  // @ts-expect-error -- misspelt
  registry.masking('treshold', { at: 0.1 });
  // @ts-expect-error -- a name of another kind
  registry.masking('lines', { path: 'a' });
  const name = 'nothing' as 'all' | 'nothing';
  // @ts-expect-error -- a union with a name that is not there
  registry.masking(name);
  // @ts-expect-error -- nothing is registered
  createRegistry({}).masking('all');
});

test('a plain string takes any options: it comes from a configuration', () => {
  const name = 'threshold' as string;
  expectTypeOf(registry.masking(name)).toEqualTypeOf<MaskingRule>();
  expectTypeOf(registry.masking(name, { anything: true })).toEqualTypeOf<MaskingRule>();
  expectTypeOf(registry.dataset(name, undefined)).toEqualTypeOf<DatasetSource>();
  expectTypeOf(createRegistry({}).masking(name)).toEqualTypeOf<MaskingRule>();
  // @ts-expect-error -- a name is a string
  registry.masking(1);
});

test('extend merges the names', () => {
  const more = registry.extend({
    masking: [{ ...all, pluginName: 'none' } as unknown as MaskingPlugin<'none', typeof all.options>],
  });
  more.masking('threshold', { at: 0.1 });
  more.masking('none');
  more.evaluator('count');
  // @ts-expect-error -- options stay typed by name
  more.masking('threshold', { at: 'x' });
  // @ts-expect-error -- the names of both, and no others
  more.masking('some');
  // @ts-expect-error -- the first registry is what it was
  registry.masking('none');
  const filled = createRegistry({}).extend({ datasets: [lines] });
  filled.dataset('lines', { path: 'a' });
  // @ts-expect-error -- a wrong option
  filled.dataset('lines', { path: 1 });
});

test('plugins loaded at run time add any name, and the known ones stay typed', () => {
  const loaded: MaskingPlugin[] = [];
  const more = registry.extend({ masking: loaded });
  more.masking('whatever', { anything: true });
  more.masking('threshold', { at: 0.1 });
  // @ts-expect-error -- the options of a known name
  more.masking('threshold', { at: 'x' });
});

test('a registry of known plugins passes where any registry is wanted', () => {
  expectTypeOf(registry).toExtend<Registry>();
  expectTypeOf(createRegistry({ masking: [all] })).toExtend<Registry>();
  const any: Registry = registry;
  expectTypeOf(any.masking('all' as string, {})).toEqualTypeOf<MaskingRule>();
  any.masking('all', {});
});

test('lists are of their kind', () => {
  // @ts-expect-error -- a data set is no masking rule
  createRegistry({ masking: [lines] });
});

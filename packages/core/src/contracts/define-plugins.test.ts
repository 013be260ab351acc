import { describe, expect, test } from 'vitest';
import { createRandom } from '../random/random.js';
import { number, object } from '../schema/schema.js';
import { defineBackend, defineFrozenBackend, type FrozenBackend, type ModelBackend } from './model-backend.js';
import { defineEvaluator, type EvaluationContext, type EvaluationResult } from './evaluator.js';
import { defineMaskingRule } from './masking-rule.js';
import type { TokenSignals } from './token-signals.js';

const signals: TokenSignals = {
  length: 2,
  logProb: Float32Array.of(-1, -2),
  sequence: Int32Array.of(0, 0),
  position: Int32Array.of(0, 1),
  tokenId: Int32Array.of(5, 6),
};
const context = { step: 1, totalSteps: 10, random: createRandom(0) };
const about = { description: 'a rule', source: 'ours' } as const;

class Scale {
  private calls = 0;
  constructor(private readonly factor: number) {}

  weigh(given: TokenSignals): Float32Array {
    this.calls++;
    return given.logProb.map((logProb) => -logProb * this.factor * this.calls);
  }
}

describe('defineMaskingRule', () => {
  test('attaches what the rule says of itself', () => {
    const options = object({});
    const rule = defineMaskingRule({
      ...about,
      name: 'plain',
      options,
      binary: true,
      create: () => ({ weigh: (given) => new Float32Array(given.length) }),
    });
    expect({ ...rule }).toEqual({
      ...about,
      pluginKind: 'masking',
      pluginName: 'plain',
      options,
      needs: [],
      binary: true,
      normaliser: 'tokens',
      scope: 'token',
    });
    expect(rule()).toMatchObject({ name: 'plain', needs: [], binary: true, normaliser: 'tokens' });
    expect('state' in rule()).toBe(false);
  });

  test('a rule may be an object of a class', () => {
    const rule = defineMaskingRule({
      ...about,
      name: 'scale',
      options: object({ factor: number({ default: 2 }) }),
      binary: false,
      create: ({ factor }) => new Scale(factor),
    });
    const made = rule({ factor: 3 });
    expect([...made.weigh(signals, context)]).toEqual([3, 6]);
    expect([...made.weigh(signals, context)]).toEqual([6, 12]);
    // Each call of the plugin makes a rule of its own.
    expect([...rule().weigh(signals, context)]).toEqual([2, 4]);
  });

  test('the normaliser that options choose wins, and an absent one does not', () => {
    const define = (chosen: 'kept' | undefined) =>
      defineMaskingRule({
        ...about,
        name: 'normalised',
        options: object({}),
        binary: true,
        normaliser: 'sequence',
        create: () => ({ normaliser: chosen, weigh: (given) => new Float32Array(given.length) }),
      })();
    expect(define('kept').normaliser).toBe('kept');
    expect(define(undefined).normaliser).toBe('sequence');
  });

  test('state is handed on', () => {
    let remembered = 1;
    const rule = defineMaskingRule({
      ...about,
      name: 'stateful',
      options: object({}),
      binary: false,
      create: () => ({
        weigh: (given) => new Float32Array(given.length).fill(remembered),
        state: {
          save: () => remembered,
          load: (value) => {
            remembered = value as number;
          },
        },
      }),
    })();
    rule.state?.load(4);
    expect(rule.state?.save()).toBe(4);
    expect([...rule.weigh(signals, context)]).toEqual([4, 4]);
  });

  test('options are checked before the rule is made', () => {
    let made = 0;
    const rule = defineMaskingRule({
      ...about,
      name: 'checked',
      options: object({ at: number() }),
      binary: true,
      create: () => {
        made++;
        return { weigh: (given) => new Float32Array(given.length) };
      },
    });
    expect(() => rule()).toThrow('masking rule "checked": at: is required (number)');
    expect(() => rule({ at: NaN })).toThrow('masking rule "checked": at: expected number, got NaN');
    expect(made).toBe(0);
  });
});

test('defineEvaluator takes an object of a class', async () => {
  class Count {
    private readonly unit = 2;
    evaluate(given: Pick<EvaluationContext, 'seed'>): Promise<EvaluationResult> {
      return Promise.resolve({ metrics: { count: given.seed * this.unit }, items: [] });
    }
  }
  const evaluator = defineEvaluator({ ...about, name: 'count', options: object({}), create: () => new Count() })();
  expect(evaluator.name).toBe('count');
  expect((await evaluator.evaluate({ seed: 3 } as EvaluationContext)).metrics).toEqual({ count: 6 });
});

test('defineBackend keeps its diagnosis', async () => {
  const backend: ModelBackend = { name: 'none', open: () => Promise.reject(new Error('opens nothing')) };
  const health = [{ name: 'none', works: false, detail: 'opens nothing' }];
  const plugin = defineBackend({
    ...about,
    name: 'none',
    options: object({}),
    create: () => backend,
    diagnose: () => Promise.resolve(health),
  });
  expect(plugin()).toBe(backend);
  expect(await plugin.diagnose()).toBe(health);
});

test('a frozen backend says so, itself and its plugin', async () => {
  const backend: FrozenBackend = {
    name: 'frozen',
    trains: false,
    open: () => Promise.reject(new Error('opens nothing')),
  };
  const health = [{ name: 'frozen', works: true, detail: 'scores' }];
  const plugin = defineFrozenBackend({
    ...about,
    name: 'frozen',
    options: object({}),
    create: () => backend,
    diagnose: () => Promise.resolve(health),
  });
  expect(plugin()).toBe(backend);
  const { pluginKind, pluginName, trains } = plugin;
  expect({ pluginKind, pluginName, trains }).toEqual({ pluginKind: 'backend', pluginName: 'frozen', trains: false });
  expect(await plugin.diagnose()).toBe(health);
});

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, test } from 'vitest';
import { InvalidConfigError } from '../errors/errors.js';
import {
  anything,
  array,
  boolean,
  describeOptions,
  integer,
  number,
  object,
  oneOf,
  optional,
  parseWith,
  string,
  union,
} from './schema.js';

/** What parsing gives, or the complaints as `path: message`. */
function outcome(schema: StandardSchemaV1, value: unknown): unknown {
  try {
    return parseWith(schema, value, 'subject');
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
}

describe('numbers', () => {
  test.each([NaN, Infinity, -Infinity, '1', null, true, [1], {}, 1n])('%s is no number', (value) => {
    expect(outcome(number(), value)).toEqual([expect.stringMatching(/^: expected number, got /)]);
    expect(outcome(integer(), value)).toEqual([expect.stringMatching(/^: expected integer, got /)]);
  });

  test('what was given is shown', () => {
    expect(outcome(number(), NaN)).toEqual([': expected number, got NaN']);
    expect(outcome(number(), '1')).toEqual([': expected number, got "1"']);
    expect(outcome(number(), undefined)).toEqual([': is required (number)']);
    expect(outcome(number(), 1n)).toEqual([': expected number, got 1n']);
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    expect(outcome(number(), circular)).toEqual([': expected number, got a value that is not JSON']);
    expect(outcome(number(), 'x'.repeat(500))).toEqual([expect.stringMatching(/^.{0,100}…$/)]);
  });

  test.each<[Parameters<typeof number>[0], string, number[], number[]]>([
    [{ minimum: 0 }, 'number ≥ 0', [0, 0.5, 1e300], [-1e-300]],
    [{ minimum: 0, exclusive: true }, 'number > 0', [1e-300], [0, -1]],
    [{ maximum: 1 }, 'number ≤ 1', [1, -5], [1.1]],
    [{ maximum: 1, exclusive: true }, 'number < 1', [0.9], [1]],
    [{ minimum: 0, maximum: 1 }, 'number in [0, 1]', [0, 1], [-0.1, 1.1]],
    [{ minimum: 0, maximum: 1, exclusive: true }, 'number in (0, 1)', [0.5], [0, 1]],
    [{ minimum: 0, maximum: 1, exclusive: 'maximum' }, 'number in [0, 1)', [0, 0.9], [1]],
    [{ minimum: 0, maximum: 1, exclusive: 'minimum' }, 'number in (0, 1]', [1, 0.1], [0]],
  ])('bounds %j', (bounds, expects, inside, outside) => {
    const schema = number(bounds);
    expect(schema.expects).toBe(expects);
    for (const value of inside) expect(outcome(schema, value)).toBe(value);
    for (const value of outside) expect(outcome(schema, value)).toEqual([`: expected ${expects}, got ${value}`]);
  });

  test('integers are safe integers', () => {
    expect(outcome(integer({ minimum: 1 }), 3)).toBe(3);
    for (const value of [1.5, 0, 2 ** 53]) {
      expect(outcome(integer({ minimum: 1 }), value)).toEqual([`: expected integer ≥ 1, got ${value}`]);
    }
  });
});

describe('strings, booleans and choices', () => {
  test('accept their own only', () => {
    expect(outcome(string(), '')).toBe('');
    expect(outcome(string(), 1)).toEqual([': expected string, got 1']);
    expect(outcome(boolean(), false)).toBe(false);
    expect(outcome(boolean(), 'false')).toEqual([': expected boolean, got "false"']);
    expect(outcome(boolean(), 0)).toEqual([': expected boolean, got 0']);
  });

  test('oneOf lists what there is and suggests', () => {
    const schema = oneOf(['cosine', 'linear']);
    expect(outcome(schema, 'linear')).toBe('linear');
    expect(outcome(schema, 'Cosine')).toEqual([': expected "cosine" | "linear", got "Cosine". Did you mean "cosine"?']);
    expect(outcome(schema, 'polynomial')).toEqual([': expected "cosine" | "linear", got "polynomial"']);
    expect(outcome(schema, 1)).toEqual([': expected "cosine" | "linear", got 1']);
    expect(outcome(schema, 'constructor')).toEqual([': expected "cosine" | "linear", got "constructor"']);
  });
});

describe('arrays', () => {
  test('parse each item, and say which is wrong', () => {
    expect(outcome(array(number()), [1, 2])).toEqual([1, 2]);
    expect(outcome(array(number()), [1, 'a', 3, null])).toEqual([
      '1: expected number, got "a"',
      '3: expected number, got null',
    ]);
    expect(outcome(array(number()), { length: 0 })).toEqual([': expected array of number, got {"length":0}']);
    expect(outcome(array(object({ a: number() })), [{ a: 1 }, {}])).toEqual(['1.a: is required (number)']);
  });

  test('have a least length', () => {
    expect(outcome(array(number(), { minimumLength: 2 }), [1])).toEqual([': expected at least 2 items, got 1']);
    expect(outcome(array(number(), { minimumLength: 1 }), [1])).toEqual([1]);
  });
});

describe('defaults', () => {
  test('fill what is absent, and only that', () => {
    const schema = object({
      number: number({ default: 0 }),
      boolean: boolean({ default: false }),
      string: string({ default: '' }),
      choice: oneOf(['a', 'b'], { default: 'b' }),
      list: array(number(), { default: [1] }),
      either: union([number(), string()], { default: 'x' }),
      nested: object({ inner: number({ default: 2 }) }, { default: { inner: 5 } }),
      any: anything({ default: null }),
    });
    expect(outcome(schema, {})).toEqual({
      number: 0,
      boolean: false,
      string: '',
      choice: 'b',
      list: [1],
      either: 'x',
      nested: { inner: 5 },
      any: null,
    });
    expect(outcome(schema, { nested: {}, number: undefined })).toMatchObject({ nested: { inner: 2 }, number: 0 });
    expect(outcome(number({ default: 1 }), null)).toEqual([': expected number, got null']);
  });

  test('are not shared between results', () => {
    const schema = object({ list: array(string(), { default: [] }) });
    const first = parseWith(schema, {}, 'first');
    first.list.push('changed');
    expect(parseWith(schema, {}, 'second').list).toEqual([]);
  });

  test('an optional value stays absent', () => {
    const schema = object({ maybe: optional(number({ minimum: 1, description: 'a number' })) });
    expect(outcome(schema, {})).toEqual({});
    expect(outcome(schema, { maybe: 2 })).toEqual({ maybe: 2 });
    expect(outcome(schema, { maybe: 0 })).toEqual(['maybe: expected number ≥ 1, got 0']);
    expect(outcome(schema, { maybe: null })).toEqual(['maybe: expected number ≥ 1, got null']);
  });
});

describe('objects', () => {
  const schema = object({ name: string(), inner: object({ size: number(), list: array(integer(), { default: [] }) }) });

  test('every complaint has its path', () => {
    expect(outcome(schema, { name: 1, inner: { size: 'x', list: [1, 1.5] } })).toEqual([
      'name: expected string, got 1',
      'inner.size: expected number, got "x"',
      'inner.list.1: expected integer, got 1.5',
    ]);
    expect(outcome(schema, {})).toEqual(['name: is required (string)', 'inner: is required (object)']);
  });

  test.each([null, [], 'x', 1, undefined])('%j is no object', (value) => {
    expect(outcome(object({}), value)).toHaveLength(1);
  });

  test('unknown keys are refused at every level, with a suggestion and what there is', () => {
    expect(outcome(schema, { nmae: 'a', name: 'a', inner: { size: 1, list: [], sizes: 1, colour: 2 } })).toEqual([
      'nmae: unknown key. Did you mean "name"? Known keys: name, inner',
      'inner.sizes: unknown key. Did you mean "size"? Known keys: size, list',
      'inner.colour: unknown key. Known keys: size, list',
    ]);
    expect(outcome(object({}), { a: 1 })).toEqual(['a: unknown key. Known keys: none']);
  });

  test.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'the key %s is only a key',
    (key) => {
      const hostile: unknown = JSON.parse(`{ "${key}": { "polluted": true } }`);
      expect(outcome(object({ name: optional(string()) }), hostile)).toEqual([`${key}: unknown key. Known keys: name`]);
      const open = parseWith(object({}, { open: true }), hostile, 'open');
      expect(Object.getPrototypeOf(open)).toBe(Object.prototype);
      expect(Object.keys(open)).toEqual([key]);
      expect((open as { polluted?: unknown }).polluted).toBeUndefined();
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  test('inherited properties are not read', () => {
    expect(outcome(object({ name: string() }), Object.create({ name: 'inherited' }))).toEqual([
      'name: is required (string)',
    ]);
    expect(outcome(object({ constructor: optional(string()) }), {})).toEqual({});
  });

  test('an open object keeps further keys as they are', () => {
    const open = object({ name: string() }, { open: true });
    expect(outcome(open, { name: 'profit', threshold: 0.1, nested: { a: [1] } })).toEqual({
      name: 'profit',
      threshold: 0.1,
      nested: { a: [1] },
    });
    expect(outcome(open, { threshold: 0.1 })).toEqual(['name: is required (string)']);
  });
});

describe('unions', () => {
  const probability = number({ minimum: 0, maximum: 1 });

  test('take the first alternative that fits', () => {
    const schema = union([string(), object({ name: string() })]);
    expect(outcome(schema, 'a')).toBe('a');
    expect(outcome(schema, { name: 'a' })).toEqual({ name: 'a' });
  });

  test('complain about the whole where no alternative looked inside', () => {
    expect(outcome(union([string(), object({ name: string() })]), 3)).toEqual([': expected string | object, got 3']);
    expect(outcome(union([probability, array(probability)]), 2)).toEqual([
      ': expected number in [0, 1] | array of number in [0, 1], got 2',
    ]);
  });

  test('complain about the inside of the alternative that was meant', () => {
    expect(outcome(union([string(), object({ name: string() })]), { nam: 'a' })).toEqual([
      'nam: unknown key. Did you mean "name"? Known keys: name',
      'name: is required (string)',
    ]);
    expect(outcome(union([probability, array(probability)]), [0.1, 2])).toEqual([
      '1: expected number in [0, 1], got 2',
    ]);
    const masking = object({ masking: union([string(), object({ name: string() }, { open: true })]) });
    expect(outcome(masking, { masking: { name: 3 } })).toEqual(['masking.name: expected string, got 3']);
  });

  test('of two objects, the one with fewer complaints was meant', () => {
    const shapes = union([
      object({ kind: oneOf(['circle']), radius: number() }),
      object({ kind: oneOf(['square']), side: number() }),
    ]);
    expect(outcome(shapes, { kind: 'square', side: 'x' })).toEqual(['side: expected number, got "x"']);
    expect(outcome(shapes, { kind: 'circle', radius: 'x' })).toEqual(['radius: expected number, got "x"']);
  });
});

describe('parseWith', () => {
  test('names the subject', () => {
    expect(() => parseWith(object({ a: number() }), {}, 'masking rule "profit"')).toThrow(
      new InvalidConfigError('masking rule "profit"', [{ path: 'a', message: 'is required (number)' }]),
    );
  });

  test('takes any Standard Schema', () => {
    const foreign: StandardSchemaV1<unknown, number> = {
      '~standard': {
        version: 1,
        vendor: 'other',
        validate: (value) =>
          typeof value === 'number' ? { value } : { issues: [{ message: 'no number', path: ['a', { key: 0 }, 'b'] }] },
      },
    };
    expect(outcome(foreign, 3)).toBe(3);
    expect(outcome(foreign, 'x')).toEqual(['a.0.b: no number']);
    expect(describeOptions(foreign)).toEqual([]);
  });

  test('refuses asynchronous schemas', () => {
    const asynchronous: StandardSchemaV1 = {
      '~standard': { version: 1, vendor: 'other', validate: (value) => Promise.resolve({ value }) },
    };
    expect(outcome(asynchronous, 1)).toEqual([': asynchronous option schemas are not supported']);
  });

  test('our schemas follow the standard', () => {
    const standard = object({ a: array(number()) })['~standard'];
    expect(standard.version).toBe(1);
    expect(standard.validate({ a: [1] })).toEqual({ value: { a: [1] } });
    expect(standard.validate({ a: [1, 'x'] })).toEqual({
      issues: [{ message: 'expected number, got "x"', path: ['a', '1'] }],
    });
    expect(standard.validate(1)).toEqual({ issues: [{ message: 'expected object, got 1' }] });
  });
});

test('options describe themselves', () => {
  expect(
    describeOptions(
      object({
        threshold: number({ minimum: 0, maximum: 1, default: 0.1, description: 'τ' }),
        path: string(),
        maybe: optional(integer({ description: 'a count' })),
      }),
    ),
  ).toEqual([
    { name: 'threshold', expects: 'number in [0, 1]', required: false, default: 0.1, description: 'τ' },
    { name: 'path', expects: 'string', required: true, default: null, description: '' },
    { name: 'maybe', expects: 'integer', required: false, default: null, description: 'a count' },
  ]);
});

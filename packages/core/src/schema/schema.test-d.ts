import { expectTypeOf, test } from 'vitest';
import {
  array,
  boolean,
  integer,
  number,
  object,
  oneOf,
  optional,
  string,
  union,
  type InferInput,
  type InferOutput,
} from './schema.js';

test('outputs', () => {
  const _schema = object({
    name: string(),
    size: integer({ default: 3 }),
    kind: oneOf(['a', 'b']),
    flags: array(boolean(), { default: [] }),
    either: union([number(), string()]),
    maybe: optional(number()),
  });
  expectTypeOf<InferOutput<typeof _schema>>().toEqualTypeOf<{
    readonly name: string;
    readonly size: number;
    readonly kind: 'a' | 'b';
    readonly flags: boolean[];
    readonly either: number | string;
    readonly maybe: number | undefined;
  }>();
});

test('keys with a default or an optional value may be left out of the input, others may not', () => {
  const _schema = object({
    required: number(),
    number: number({ default: 1, minimum: 0 }),
    choice: oneOf(['a', 'b'], { default: 'a' }),
    list: array(string(), { default: [] }),
    either: union([number(), string()], { default: 'x' }),
    nested: object({ inner: number() }, { default: { inner: 1 } }),
    maybe: optional(string()),
  });
  type Input = InferInput<typeof _schema>;
  expectTypeOf<{ required: number }>().toExtend<Input>();
  expectTypeOf<{ number: number }>().not.toExtend<Input>();
  expectTypeOf<{ required: number; choice: 'c' }>().not.toExtend<Input>();
  expectTypeOf<{ required: number; list: number[] }>().not.toExtend<Input>();
  expectTypeOf<{ required: number; nested: { inner: string } }>().not.toExtend<Input>();
});

test('an open object takes further keys, a closed one does not', () => {
  const _open = object({ name: string() }, { open: true });
  const _closed = object({ name: string() });
  const input: InferInput<typeof _open> = { name: 'profit', threshold: 0.1 };
  expectTypeOf(input.threshold).toEqualTypeOf<unknown>();
  expectTypeOf(input.name).toEqualTypeOf<string>();
  // @ts-expect-error -- an unknown key
  const wrong: InferInput<typeof _closed> = { name: 'profit', threshold: 0.1 };
  void wrong;
});

test('defaults have the type of the value', () => {
  // @ts-expect-error -- not one of the values
  oneOf(['a', 'b'], { default: 'c' });
  // @ts-expect-error -- not a number
  number({ default: '1' });
  // @ts-expect-error -- not an object of these keys
  object({ inner: number() }, { default: { inner: 'x' } });
});

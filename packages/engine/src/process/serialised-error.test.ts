import { expect, test } from 'vitest';
import {
  BackendUnavailableError,
  InterruptedError,
  InvalidConfigError,
  InvalidDataError,
  InvalidModelError,
  MemoryLimitError,
  NonFiniteError,
  OutputError,
  ProfitError,
  UnknownPluginError,
} from '@profit-sft/core';
import { deserialiseError, serialiseError } from './serialised-error.js';

const crossed = (thrown: unknown): Error => deserialiseError(structuredClone(serialiseError(thrown)));

test.each([
  new BackendUnavailableError('cuda', 'no driver.', { install: 'npm i cuda' }),
  new InterruptedError('stopped'),
  new InvalidConfigError('run', [{ path: 'epochs', message: 'is required' }]),
  new InvalidDataError('a.jsonl', 'is not JSON', { line: 3 }),
  new InvalidModelError('config.json', 'is missing', { cause: new Error('ENOENT') }),
  new MemoryLimitError(2 ** 20, [{ name: 'weights', bytes: 2 ** 21 }]),
  new NonFiniteError('the loss', { step: 7 }),
  new OutputError('out', 'exists'),
  new UnknownPluginError('backend', 'x', ['y']),
  new ProfitError('config', 'prompt 0 is empty'),
])('%s keeps its class, message, fields and cause', (error) => {
  const found = crossed(error);
  expect(found).toBeInstanceOf(error.constructor);
  expect(ProfitError.isInstance(found)).toBe(true);
  expect(found.constructor).toBe(error.constructor);
  expect({ ...found }).toEqual({ ...error });
  expect(found).toMatchObject({
    name: error.name,
    message: error.message,
    stack: error.stack,
    exitCode: error.exitCode,
  });
  expect((found.cause as Error | undefined)?.message).toBe((error.cause as Error | undefined)?.message);
});

test('an error that is not ours keeps name, message, stack and the fields that are data', () => {
  const error = Object.assign(new RangeError('too far'), { code: 'ERR', notify: () => undefined });
  const found = crossed(error);
  expect(found).toMatchObject({ name: 'RangeError', message: 'too far', stack: error.stack, code: 'ERR' });
  expect(found).not.toHaveProperty('notify');
  expect(ProfitError.isInstance(found)).toBe(false);
  expect(String(found)).toBe('RangeError: too far');
});

test('what is thrown and is no error becomes one', () => {
  expect(crossed('text').message).toBe('text');
  expect(crossed(undefined).message).toBe('undefined');
});

test('an error that causes itself crosses', () => {
  const error = new Error('round');
  error.cause = error;
  expect(crossed(error)).toMatchObject({ message: 'round', cause: { message: 'round' } });
});

test('fields named like what all objects share, or like what an error has, change neither', () => {
  const fields = JSON.parse(
    '{"__proto__": {"polluted": 1}, "message": "other", "kind": "config", "line": 3}',
  ) as object;
  const found = deserialiseError({ ...serialiseError(new InvalidDataError('a', 'b')), fields: fields as never });
  expect(found).toBeInstanceOf(InvalidDataError);
  expect(found).toMatchObject({ message: 'a: b', kind: 'data', line: 3 });
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});

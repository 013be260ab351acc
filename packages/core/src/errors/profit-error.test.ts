import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import {
  BackendUnavailableError,
  InterruptedError,
  InvalidConfigError,
  InvalidDataError,
  InvalidModelError,
  NonFiniteError,
  OutputError,
  UnknownPluginError,
} from './errors.js';
import { exitCodes, ProfitError } from './profit-error.js';

test('exit codes are distinct, and none is success', () => {
  const codes = Object.values(exitCodes);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes).not.toContain(0);
  for (const code of codes) expect(code).toBeLessThan(256);
  // Published: scripts rely on these.
  expect(exitCodes).toEqual({
    internal: 1,
    config: 2,
    data: 3,
    model: 4,
    numeric: 5,
    output: 6,
    backend: 7,
    interrupted: 130,
  });
});

test.each([
  [new InvalidConfigError('run', []), 'InvalidConfigError', 2],
  [new UnknownPluginError('backend', 'x', []), 'UnknownPluginError', 2],
  [new InvalidDataError('a.jsonl', 'is empty'), 'InvalidDataError', 3],
  [new InvalidModelError('config.json', 'is missing'), 'InvalidModelError', 4],
  [new NonFiniteError('the loss'), 'NonFiniteError', 5],
  [new OutputError('out', 'exists'), 'OutputError', 6],
  [new BackendUnavailableError('cuda', 'no driver.'), 'BackendUnavailableError', 7],
  [new InterruptedError('stopped'), 'InterruptedError', 130],
])('%s', (error, name, exitCode) => {
  expect(error).toBeInstanceOf(ProfitError);
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe(name);
  expect(error.exitCode).toBe(exitCode);
  expect(String(error)).toMatch(new RegExp(`^${name}: `));
});

test('isInstance knows errors of another copy of the package', async () => {
  vi.resetModules();
  const copy = await import('./profit-error.js');
  const error = new copy.ProfitError('data', 'x');
  expect(copy.ProfitError).not.toBe(ProfitError);
  expect(error instanceof ProfitError).toBe(false);
  expect(ProfitError.isInstance(error)).toBe(true);
  expect(copy.ProfitError.isInstance(new NonFiniteError('x'))).toBe(true);
});

test('isInstance knows errors of another realm', () => {
  const error: unknown = runInNewContext(
    "const error = new Error('x'); error[Symbol.for('@profit-sft/error')] = true; error",
  );
  expect(error instanceof Error).toBe(false);
  expect(ProfitError.isInstance(error)).toBe(true);
});

test.each([
  [new Error('x')],
  [undefined],
  [null],
  ['ProfitError'],
  [{ kind: 'config' }],
  [Symbol.for('@profit-sft/error')],
])('%s is none', (value) => {
  expect(ProfitError.isInstance(value)).toBe(false);
});

import { describe, expect, test } from 'vitest';
import {
  BackendUnavailableError,
  InvalidConfigError,
  InvalidDataError,
  InvalidModelError,
  NonFiniteError,
  OutputError,
  UnknownPluginError,
} from './errors.js';
import { closestName } from './closest-name.js';

describe('messages', () => {
  test('one issue is one line, several are a list', () => {
    expect(new InvalidConfigError('run.json', [{ path: 'epochs', message: 'is required' }]).message).toBe(
      'run.json: epochs: is required',
    );
    expect(new InvalidConfigError('run.json', [{ path: '', message: 'expected object' }]).message).toBe(
      'run.json: expected object',
    );
    const issues = [
      { path: 'a', message: 'one' },
      { path: '', message: 'two' },
    ];
    const error = new InvalidConfigError('run.json', issues);
    expect(error.message).toBe('run.json:\n  a: one\n  two');
    expect(error.issues).toEqual(issues);
  });

  test('an unknown plugin is told what there is', () => {
    const error = new UnknownPluginError('masking rule', 'proffit', ['sft', 'profit']);
    expect(error.message).toBe('unknown masking rule "proffit". Did you mean "profit"? Available: sft, profit.');
    expect(error).toMatchObject({ pluginKind: 'masking rule', pluginName: 'proffit', available: ['sft', 'profit'] });
    expect(new UnknownPluginError('backend', 'cuda', []).message).toBe('unknown backend "cuda". Available: none.');
  });

  test('files and lines', () => {
    expect(new InvalidDataError('a.jsonl', 'is not JSON', { line: 3 })).toMatchObject({
      message: 'a.jsonl:3: is not JSON',
      file: 'a.jsonl',
      line: 3,
    });
    expect(new InvalidDataError('a.jsonl', 'is empty').message).toBe('a.jsonl: is empty');
    expect(new InvalidModelError('config.json', 'is missing').message).toBe('config.json: is missing');
    expect(new OutputError('out', 'exists').message).toBe('out: exists');
  });

  test('causes are kept', () => {
    const cause = new Error('ENOENT');
    expect(new InvalidDataError('a', 'b', { cause }).cause).toBe(cause);
    expect(new InvalidModelError('a', 'b', { cause }).cause).toBe(cause);
    expect(new BackendUnavailableError('a', 'b.', { cause }).cause).toBe(cause);
    expect('cause' in new InvalidDataError('a', 'b', { line: 1 })).toBe(false);
  });

  test('what to do', () => {
    expect(new NonFiniteError('the loss', { step: 7 }).message).toBe(
      'the loss is not finite at step 7. Lower the learning rate or check the data.',
    );
    expect(new NonFiniteError('a weight', { hint: 'Reload it.' }).message).toBe('a weight is not finite. Reload it.');
    const unavailable = new BackendUnavailableError('tfjs', 'not installed.', { install: 'npm i tfjs' });
    expect(unavailable.message).toBe('tfjs is not available: not installed. Install it with: npm i tfjs');
    expect(unavailable.install).toBe('npm i tfjs');
  });
});

describe('closestName', () => {
  const names = ['batchSize', 'learningRate', 'seed', 'lr'];

  test.each([
    ['batchsize', 'batchSize'],
    ['learing_rate', 'learningRate'],
    ['SEED', 'seed'],
    ['sead', 'seed'],
    ['l', 'lr'],
  ])('%s suggests %s', (name, suggestion) => {
    expect(closestName(name, names)).toBe(suggestion);
  });

  test.each(['temperature', 'xy', ''])('"%s" suggests nothing', (name) => {
    expect(closestName(name, names)).toBeUndefined();
  });

  test('the nearest of several wins', () => {
    expect(closestName('epoch', ['epsilon', 'epochs', 'step'])).toBe('epochs');
  });

  test('a name of a million characters takes no time', () => {
    const before = process.cpuUsage();
    expect(closestName('a'.repeat(1_000_000), names)).toBeUndefined();
    expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(1000);
  });
});

import { InvalidConfigError } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { applySetting, parseSetting } from './apply-setting.js';

const applied = (config: Record<string, unknown>, ...settings: string[]): Record<string, unknown> => {
  for (const setting of settings) applySetting(config, parseSetting(setting));
  return config;
};

test('values are JSON where they are JSON, else strings', () => {
  expect(applied({}, 'a=1', 'b=true', 'c=text', 'd=[1,2]', 'e.f="1"', 'g=', 'h=x=y')).toEqual({
    a: 1,
    b: true,
    c: 'text',
    d: [1, 2],
    e: { f: '1' },
    g: '',
    h: 'x=y',
  });
});

test('an option of a plugin that is a plain name, a file or absent keeps what the name or file says', () => {
  const config = { masking: 'dft', data: { train: 'train.jsonl' } };
  expect(applied(config, 'masking.normaliser=kept', 'backend.threads=1', 'data.train.limit=3')).toEqual({
    masking: { name: 'dft', normaliser: 'kept' },
    backend: { name: 'onnxruntime', threads: 1 },
    data: { train: { name: 'file', path: 'train.jsonl', limit: 3 } },
  });
  expect(applied({}, 'masking.threshold=0.2')).toEqual({ masking: { name: 'profit', threshold: 0.2 } });
});

test('null removes a key', () => {
  expect(applied({ epochs: 1, data: { eval: 'e', train: 't' } }, 'epochs=null', 'data.eval=null', 'seed=null')).toEqual(
    {
      data: { train: 't' },
    },
  );
});

test('items of a list are set by index, the next one too', () => {
  expect(applied({ plugins: ['a'] }, 'plugins.0=b', 'plugins.1=c')).toEqual({ plugins: ['b', 'c'] });
  expect(() => applied({ plugins: ['a'] }, 'plugins.5=b')).toThrow(/not an index of a list of 1/);
});

describe('refused', () => {
  test.each(['a', '=1', 'a..b=1', '.a=1', '__proto__.polluted=1', 'a.constructor.prototype.x=1'])('%s', (text) => {
    expect(() => applied({}, text)).toThrow(InvalidConfigError);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test.each([
    ['__proto__', 'polluted'],
    ['a', 'constructor', 'prototype', 'x'],
  ])('a path that was not parsed: %s', (...path) => {
    expect(() => applySetting({}, { path, value: 1 })).toThrow(InvalidConfigError);
  });

  test('a key below a number', () => {
    expect(() => applied({ seed: 1 }, 'seed.x=2')).toThrow(/seed: has no keys to set: it is 1/);
  });
});

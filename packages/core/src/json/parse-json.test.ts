import { expect, test } from 'vitest';
import { deepestNesting, parseJson } from './parse-json.js';

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('reads what JSON.parse reads', () => {
  for (const text of [
    '1',
    '"a"',
    '{"a":[1,{"b":null}]}',
    `[${'[],'.repeat(2000)}{}]`,
    JSON.stringify('["{\\'.repeat(1000)),
  ]) {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  }
});

test('up to its limit, and not deeper', () => {
  expect(parseJson(nested(deepestNesting))).toEqual(JSON.parse(nested(deepestNesting)));
  expect(() => parseJson(nested(deepestNesting + 1))).toThrow('nested more than 500 deep');
  expect(() => parseJson(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)).toThrow(SyntaxError);
});

test('a million brackets that open and close cost no time', () => {
  const text = `[${Array(500_000).fill('[]').join(',')}]`;
  const before = process.cpuUsage();
  parseJson(text);
  expect(process.cpuUsage(before).user / 1e6).toBeLessThan(2);
});

test('a key of the prototype is a key like others', () => {
  const value = parseJson('{"__proto__":{"polluted":true}}') as object;
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect('polluted' in {}).toBe(false);
});

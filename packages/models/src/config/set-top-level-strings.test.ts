import { expect, it } from 'vitest';
import { setTopLevelStrings } from './set-top-level-strings.js';

const set = (text: string, ...pairs: [string, string][]): string => setTopLevelStrings(text, new Map(pairs));

it('changes only the value and leaves every other byte', () => {
  const text = '{\n\t"a": 1.0, "dtype" :  "x\\"}," ,"b": {"dtype": "inner", "c": [{"dtype": 1}]}, "z": 1e-05 }\n';
  expect(set(text, ['dtype', 'new'])).toBe(text.replace('"x\\"},"', '"new"'));
});

it.each([
  ['null', '{"k":null,"l":2}', '{"k":"v","l":2}'],
  ['a list', '{"k": [1, {"k": 2}]}', '{"k": "v"}'],
  ['an object at the end', '{"j":0,"k":{"a":{}}\n}', '{"j":0,"k":"v"\n}'],
  ['a key given twice', '{"k":1,"k":2}', '{"k":"v","k":"v"}'],
  ['a key with escapes', '{"\\u006b":1}', '{"\\u006b":"v"}'],
  ['a value that looks like the key', '{"j":"k","k":"j"}', '{"j":"k","k":"v"}'],
])('replaces %s', (_, text, expected) => {
  expect(set(text, ['k', 'v'])).toBe(expected);
});

it('adds keys that are not there', () => {
  expect(JSON.parse(set('{"j": {"k": 1}}', ['k', 'v']))).toEqual({ j: { k: 1 }, k: 'v' });
  expect(JSON.parse(set(' {} ', ['k', 'v'], ['l', '"']))).toEqual({ k: 'v', l: '"' });
});

it('copes with long strings', () => {
  const long = '\\"x'.repeat(1_000_000);
  expect(set(`{"a":"${long}","k":1}`, ['k', 'v'])).toBe(`{"a":"${long}","k":"v"}`);
});

import { expect, test } from 'vitest';
import { dataFile } from './load-data.js';

test('a file, a glob, a data set with its options', () => {
  expect(dataFile('a.csv')).toEqual({ name: 'file', options: { path: 'a.csv' } });
  expect(dataFile('{a,b}.csv'.replace('{', './{'))).toEqual({ name: 'file', options: { path: './{a,b}.csv' } });
  expect(dataFile(' {"name": "hub", "repository": "gsm8k", "split": "test"}')).toEqual({
    name: 'hub',
    options: { repository: 'gsm8k', split: 'test' },
  });
});

test.each(['{"path": "a.csv"}', '{"name": 3}', '{a,b}.csv'])('%s is neither', (argument) => {
  expect(() => dataFile(argument)).toThrow('expected a file, a glob, or JSON such as');
});

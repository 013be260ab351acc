import { expect, test } from 'vitest';
import { publishedPackages } from './published-packages.js';
import { scenarios } from './scenarios.js';

test('scenarios are tried in projects of packages that there are', () => {
  const names = publishedPackages().map(({ folderName }) => folderName);
  expect(names).toEqual(expect.arrayContaining(Object.keys(scenarios)));
});

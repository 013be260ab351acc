import { expect, test } from 'vitest';
import type { Manifest, PublishedPackage } from './published-packages.js';
import { releaseProblems } from './release-problems.js';

const address = 'https://github.com/acme/tool';

function entry(repository?: Manifest['repository']): PublishedPackage {
  const manifest = { name: '@profit-sft/core', version: '0.1.0', repository };
  return { folderName: 'core', folder: '/packages/core', manifest, readme: '' };
}

test.each([`git+${address}.git`, address])('a package of the repository that publishes it is fine: %s', (url) => {
  expect(releaseProblems([entry({ type: 'git', url, directory: 'packages/core' })], address)).toEqual([]);
});

test('packages without a repository, of another or of another folder are told', () => {
  const elsewhere = { url: 'git+https://github.com/acme/other.git', directory: 'packages/core' };
  expect(releaseProblems([entry(), entry(elsewhere), entry({ url: address })], address)).toEqual([
    '@profit-sft/core has no "repository" in its package.json',
    '@profit-sft/core says its repository is git+https://github.com/acme/other.git, not https://github.com/acme/tool',
    '@profit-sft/core says its directory is the root',
  ]);
});

test('outside a workflow any address will do', () => {
  expect(releaseProblems([entry({ url: address, directory: 'packages/core' })])).toEqual([]);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packPackages } from './packed-package.js';
import { publishedPackages, repository } from './published-packages.js';

const root = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly engines: unknown;
};
const licence = readFileSync(join(repository, 'LICENSE'), 'utf8');

const packed = await packPackages();

describe.each(publishedPackages().map((entry) => [entry.folderName, entry] as const))('%s', (_, entry) => {
  const { folderName, folder, manifest, readme } = entry;

  test('says what it is and what it runs on', () => {
    expect(manifest).toMatchObject({
      name: `@profit-sft/${folderName}`,
      description: expect.stringMatching(/.{10}/),
      license: 'Apache-2.0',
      type: 'module',
      sideEffects: false,
      engines: root.engines,
      publishConfig: { access: 'public' },
    });
  });

  test('exports modules with types, and its package.json', () => {
    expect(manifest.exports).toEqual({
      '.': {
        '@profit-sft/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    });
  });

  test('depends on exact versions, or on ranges of peers', () => {
    for (const version of Object.values(manifest.dependencies ?? {})) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test('is packed with its licence and README, and without sources and tests', () => {
    expect(readFileSync(join(folder, 'LICENSE'), 'utf8')).toBe(licence);
    const files = packed.find(({ name }) => name === manifest.name)?.files.map(({ path }) => path) ?? [];
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
    const allowed = /^(dist|bin)\/|^(LICENSE|README\.md|CHANGELOG\.md|THIRD-PARTY-NOTICES\.md|package\.json)$/;
    expect(files.filter((file) => !allowed.test(file))).toEqual([]);
  });

  test('has a README with what it is, how to install it and an example', () => {
    const [title, blank, what] = readme.split('\n');
    expect([title, blank]).toEqual([`# @profit-sft/${folderName}`, '']);
    expect(what).toMatch(/\w+/);
    expect(readme).toMatch(/^npm install (--\S+ )*@profit-sft\//m);
    const [, example] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
    expect(example).toContain(`from '@profit-sft/${folderName}'`);
    const lines = example.split('\n').filter((line) => line.trim() !== '');
    expect(lines.length, 'about ten lines').toBeLessThanOrEqual(18);
  });
});

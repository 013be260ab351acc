import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { layers, packagesAbove } from './layers.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folders = readdirSync(`${root}packages`).sort();

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}
const manifest = (name: string): Manifest => JSON.parse(readFileSync(`${root}packages/${name}/package.json`, 'utf8'));

test('every package is in the table and nothing else is', () => {
  expect(Object.keys(layers).sort()).toEqual(folders);
});

test('no package imports itself, directly or through others', () => {
  for (const [name, { packages }] of Object.entries(layers)) {
    expect(packages, name).not.toContain(name);
    expect(
      packagesAbove(name).filter((above) => packages.includes(above)),
      name,
    ).toEqual([]);
  }
});

describe.each(Object.entries(layers))('%s', (name, { packages, external, bundled = [], optional = [] }) => {
  const { name: published, dependencies = {}, devDependencies = {}, ...peers } = manifest(name);

  test('depends on exactly what the table lists', () => {
    expect(published).toBe(`@profit-sft/${name}`);
    const listed = [...packages.map((used) => `@profit-sft/${used}`), ...external];
    expect(Object.keys(dependencies).sort()).toEqual(listed.sort());
    expect(Object.keys(devDependencies)).toEqual(expect.arrayContaining(bundled));
  });

  test('depends on the present version of its siblings', () => {
    for (const used of packages) expect(dependencies[`@profit-sft/${used}`]).toBe(manifest(used).version);
    for (const used of optional) {
      const sibling = `@profit-sft/${used}`;
      // A peer that a release moves out of its range would make that release a major one.
      expect(peers.peerDependencies?.[sibling]).toBe(`${manifest(used).version.split('.')[0]}.x`);
      expect(peers.peerDependenciesMeta?.[sibling]).toEqual({ optional: true });
      expect(devDependencies[sibling]).toBe(manifest(used).version);
    }
  });
});

describe('the lint rule', () => {
  const eslint = new ESLint({ cwd: root });
  const complaints = async (file: string, source: string): Promise<(string | null)[]> => {
    const [result] = await eslint.lintText(source, { filePath: `${root}packages/${file}` });
    return result.messages.map(({ ruleId }) => ruleId);
  };

  test.each([
    ['core/src/x.ts', `import '@profit-sft/masking';`],
    ['trainer/src/x.ts', `import '@profit-sft/backend-onnxruntime';`],
    ['models/src/x.ts', `import 'onnxruntime-node';`],
    ['graph/src/x.ts', `import '@profit-sft/core-extra';`],
    ['graph/src/x.ts', `import 'fs';`],
    ['graph/src/deep/x.ts', `import '../../../core/src/index.js';`],
    ['datasets/src/x.test.ts', `import '@profit-sft/cli';`],
  ])('refuses in %s: %s', async (file, source) => {
    expect(await complaints(file, source)).toEqual(['no-restricted-imports']);
  });

  test('refuses a dynamic import as well', async () => {
    expect(await complaints('models/src/x.ts', `await import('onnxruntime-node');`)).toEqual(['no-restricted-syntax']);
  });

  test.each([
    ['trainer/src/x.ts', `import '@profit-sft/core';\nimport 'node:fs';\nimport './y.js';\nimport '../z.js';`],
    ['backend-onnxruntime/src/x.ts', `import 'onnxruntime-node';\nimport '@bufbuild/protobuf/wire';`],
    ['trainer/src/x.test.ts', `import '@profit-sft/masking';\nimport 'vitest';`],
  ])('accepts in %s: %s', async (file, source) => {
    expect(await complaints(file, source)).toEqual([]);
  });
});

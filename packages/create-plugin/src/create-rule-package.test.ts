import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidConfigError, OutputError } from '@profit-sft/core';
import { check, resolveConfig } from 'prettier';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createRulePackage } from './create-rule-package.js';
import { nextSteps } from './next-steps.js';
import { ruleNames } from './rule-names.js';
import { runCreatePlugin } from './run-create-plugin.js';
import { presentVersions } from './versions.js';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-create-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (...path: string[]): string => readFileSync(join(folder, ...path), 'utf8');

describe('a new package', () => {
  test('has these files, and no draft is left', async () => {
    const written = await createRulePackage({ name: 'soft-threshold', directory: join(folder, 'deep', 'soft') });
    expect(written).toMatchObject({
      rule: 'soft-threshold',
      identifier: 'softThreshold',
      packageName: 'profit-soft-threshold',
    });
    const present = readdirSync(join(folder, 'deep', 'soft'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'deep', 'soft').length + 1));
    expect(present.sort()).toEqual(written.files);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['soft']);
  });

  test('is for the present versions of our packages and the repository’s tools', async () => {
    await createRulePackage({ name: 'x', directory: join(folder, 'x'), packageName: '@acme/x' });
    const manifest = JSON.parse(read('x', 'package.json'));
    const core = JSON.parse(readFileSync(join(repository, 'packages/core/package.json'), 'utf8'));
    const root = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
    const { tsup, typescript, vitest } = root.devDependencies;
    expect(manifest.devDependencies).toEqual({
      '@profit-sft/core': core.version,
      '@profit-sft/testing': core.version,
      tsup,
      typescript,
      vitest,
    });
    expect(manifest).toMatchObject({
      name: '@acme/x',
      engines: root.engines,
      peerDependencies: { '@profit-sft/core': `^${core.version}` },
      publishConfig: { access: 'public' },
    });
    expect(presentVersions().profit).toBe(core.version);
  });

  test.each(['soft-threshold', 'delete'])('%s is formatted', async (name) => {
    const { directory, files } = await createRulePackage({
      name,
      directory: join(folder, name),
      packageName: `@a/${name}`,
    });
    const options = await resolveConfig(join(repository, 'package.json'));
    for (const file of files.filter((path) => path !== '.gitignore')) {
      const formatted = await check(read(name, file), { ...options, filepath: join(directory, file) });
      expect(formatted, file).toBe(true);
    }
  });

  test('goes into a directory that is there but empty', async () => {
    mkdirSync(join(folder, 'empty'));
    await createRulePackage({ name: 'x', directory: join(folder, 'empty') });
    expect(read('empty', 'src', 'x.test.ts')).toContain('describeMaskingRule(x, {');
  });

  test('names its directory and what comes next', async () => {
    const written = await createRulePackage({ name: 'x', directory: join(folder, 'with space') });
    const text = nextSteps(written);
    expect(text).toContain('with space"\n  npm install\n  npm test\n');
    expect(text).toContain('with space/src/index.ts" }');
    expect(text).not.toContain('"./../');
  });

  test('README says how to name it: by its package where the name has a slash, else by "plugins"', async () => {
    await createRulePackage({ name: 'x', directory: join(folder, 'scoped'), packageName: '@acme/x' });
    await createRulePackage({ name: 'x', directory: join(folder, 'plain') });
    expect(read('scoped', 'README.md')).toContain('{ "masking": { "name": "@acme/x", "threshold": 0.2 } }');
    expect(read('plain', 'README.md')).toContain(
      '{ "plugins": ["profit-x"], "masking": { "name": "x", "threshold": 0.2 } }',
    );
  });
});

test('the example in this repository is what the generator writes', async () => {
  const packageName = '@acme/profit-soft-threshold';
  await createRulePackage({ name: 'soft-threshold', directory: join(folder, 'x'), packageName });
  const example = (...path: string[]): string =>
    readFileSync(join(repository, 'examples', 'soft-threshold-rule', ...path), 'utf8');
  // Its settings and README are those of a workspace of this repository.
  for (const file of ['.gitignore', 'tsup.config.ts', 'src/index.ts', 'src/soft-threshold.test.ts']) {
    expect(example(file), file).toBe(read('x', file));
  }
  const generated = JSON.parse(read('x', 'package.json'));
  const manifest = JSON.parse(example('package.json'));
  for (const key of ['exports', 'files', 'peerDependencies', 'sideEffects', 'type', 'version']) {
    expect(manifest[key], key).toEqual(generated[key]);
  }
  expect(manifest).toMatchObject({ scripts: generated.scripts, devDependencies: generated.devDependencies });
});

describe('refused', () => {
  test('a directory that holds something, which stays as it is', async () => {
    writeFileSync(join(folder, 'mine.txt'), 'mine');
    const failure = await createRulePackage({ name: 'x', directory: folder }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(OutputError);
    expect((failure as Error).message).toBe(`${folder}: is not empty (mine.txt is in it). Name another directory`);
    expect(readdirSync(folder)).toEqual(['mine.txt']);
  });

  test('a file in the directory’s place', async () => {
    writeFileSync(join(folder, 'file'), '');
    const creating = createRulePackage({ name: 'x', directory: join(folder, 'file') });
    await expect(creating).rejects.toThrow(`${join(folder, 'file')}: is not a directory`);
    const inside = createRulePackage({ name: 'x', directory: join(folder, 'file', 'x') });
    await expect(inside).rejects.toThrow(OutputError);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('a folder that cannot be written', async () => {
    // A name longer than file systems allow: permissions would not keep root from writing.
    const creating = createRulePackage({ name: 'x', directory: join(folder, 'x'.repeat(300)) });
    await expect(creating).rejects.toThrow(/cannot be written/);
  });

  test.each([
    ['SoftThreshold', 'Did you mean "soft-threshold"?'],
    ['soft_threshold', 'Did you mean "soft-threshold"?'],
    ['@acme/rule', 'Did you mean "acme-rule"?'],
    ['7th', 'Did you mean "th"?'],
    ['a--b', 'lower-case words with hyphens'],
    ['', 'got ""'],
    ['…', 'got "…"'],
  ])('the name %j', (name, message) => {
    expect(() => ruleNames(name)).toThrow(InvalidConfigError);
    expect(() => ruleNames(name)).toThrow(message);
  });

  test.each(['Upper', '@acme', '@/x', 'a/b', '.hidden', 'a b', `x${'y'.repeat(214)}`])(
    'the package name %j',
    (name) => {
      expect(() => ruleNames('x', name)).toThrow('npm accepts no package of the name');
    },
  );
});

test('names that are words of the language get another identifier', () => {
  expect(ruleNames('delete').identifier).toBe('deleteRule');
  expect(ruleNames('top-2').identifier).toBe('top2');
});

describe('the command', () => {
  async function run(...args: string[]) {
    const texts = { out: '', error: '' };
    const code = await runCreatePlugin(args, {
      out: (text) => (texts.out += text),
      error: (text) => (texts.error += text),
    });
    return { code, ...texts };
  }

  test('writes a package in a scope', async () => {
    const { code, out, error } = await run('rule', 'x', '--directory', join(folder, 'x'), '--scope', '@acme');
    expect(code, error).toBe(0);
    expect(out).toContain('@acme/profit-x: the masking rule "x"');
    expect(JSON.parse(read('x', 'package.json'))).toMatchObject({ name: '@acme/profit-x' });
  });

  test.each([
    [[], /say what to create/],
    [['backend', 'x'], /cannot create "backend"/],
    [['rule'], /needs a name/],
    [['rule', 'x', 'y'], /too many words: y/],
    [['rule', 'x', '--scope', 'acme'], /expected an npm scope such as @acme, got "acme"/],
    [['rule', 'x', '--scope', '@a', '--package', 'b'], /not both/],
    [['rule', 'x', '--nonsense'], /--nonsense/],
    [['rule', 'X'], /^create-plugin: new rule: name: /],
  ])('refuses %j', async (args, message) => {
    const { code, out, error } = await run(...args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(error).toMatch(message);
  });

  test('--help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    expect(out).toMatch(/^npm create @profit-sft\/plugin rule NAME/);
  });
});

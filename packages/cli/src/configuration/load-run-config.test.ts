import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, InvalidConfigError, type Registry } from '@profit-sft/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { builtinRegistry } from '../registry.js';
import { workingDirectoryModule } from './load-module.js';
import { loadPlugins } from './load-plugins.js';
import { loadRunConfig, type LoadedRunConfig } from './load-run-config.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-config-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const minimal = { model: 'model', data: { train: 'train.jsonl' } };
const load = (name: string, content: string, ...settings: string[]): Promise<LoadedRunConfig> => {
  mkdirSync(join(folder, 'deep'), { recursive: true });
  const file = join(folder, 'deep', name);
  writeFileSync(file, content);
  return loadRunConfig(file, settings, builtinRegistry as unknown as Registry);
};
const ruleSource = (name: string): string => `
  import { defineMaskingRule, schema } from '@profit-sft/core';
  const weight: number = 0.25;
  export default defineMaskingRule({
    name: '${name}', description: 'constant', source: 'test', binary: false,
    options: schema.object({ factor: schema.number({ default: 1 }) }),
    create: ({ factor }) => ({ weigh: ({ length }) => new Float32Array(length).fill(factor * weight) }),
  });`;
const noSignals = {
  length: 2,
  logProb: Float32Array.of(-1, -1),
  sequence: new Int32Array(2),
  position: new Int32Array(2),
  tokenId: new Int32Array(2),
};
const weights = ({ registry, masking }: LoadedRunConfig): number[] => {
  const context = { step: 1, totalSteps: 1, random: createRandom(0) };
  return [...registry.masking(masking.name, masking.options).weigh(noSignals, context)];
};

describe('formats', () => {
  test.each([
    ['a.json', JSON.stringify(minimal)],
    ['a.yaml', 'model: model\ndata:\n  train: train.jsonl\n'],
    ['a.yml', 'model: model\ndata: { train: train.jsonl }\n'],
    ['a.ts', `const config: { model: string; data: object } = ${JSON.stringify(minimal)};\nexport default config;`],
    ['a.mjs', `export default ${JSON.stringify(minimal)};`],
    ['a.js', `export default () => (${JSON.stringify(minimal)});`],
    ['b.ts', `export default async (): Promise<object> => (${JSON.stringify(minimal)});`],
  ])('%s', async (name, content) => {
    const { config, name: run, masking, train } = await load(name, content);
    expect(run).toBe(name[0]);
    expect(config.model).toBe(join(folder, 'deep', 'model'));
    expect(config.batchSize).toBe(8);
    expect(masking).toEqual({ name: 'profit', options: {} });
    expect(train).toEqual({ name: 'file', options: { path: join(folder, 'deep', 'train.jsonl') } });
  });
});

test('relative paths start from the folder of the configuration, those of --set too; absolute ones stay', async () => {
  const config = { model: '../base', data: { train: { name: 'jsonl', path: 'a.jsonl' }, eval: '/data/e.jsonl' } };
  const loaded = await load('a.json', JSON.stringify(config), 'data.train.path=b.jsonl');
  expect(loaded.config.model).toBe(join(folder, 'base'));
  expect(loaded.train.options.path).toBe(join(folder, 'deep', 'b.jsonl'));
  expect(loaded.evaluation?.options.path).toBe('/data/e.jsonl');
});

test('paths of a data set within another start there too', async () => {
  const of = { name: 'reference-slice', of: { name: 'file', path: 'a.jsonl', columns: { prompt: 'path' } } };
  const { train } = await load(
    'a.json',
    JSON.stringify({ model: 'm', data: { train: { name: 'reference-slice', of } } }),
  );
  expect(train.options.of).toEqual({ ...of, of: { ...of.of, path: join(folder, 'deep', 'a.jsonl') } });
});

test('several paths and globs of a data set start there too', async () => {
  const train = { name: 'file', path: ['a/*.csv', '/data/b.parquet'], columns: { text: 'path' } };
  const loaded = await load('a.json', JSON.stringify({ model: 'base', data: { train } }));
  expect(loaded.train.options.path).toEqual([join(folder, 'deep', 'a/*.csv'), '/data/b.parquet']);
  expect(loaded.train.options.columns).toEqual({ text: 'path' });
});

describe('plugins', () => {
  test('a file of the configuration’s folder is added and can be named', async () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'rule.ts'), ruleSource('quarter'));
    const config = { ...minimal, plugins: ['./rule.ts'], masking: { name: 'quarter', factor: 2 } };
    const loaded = await load('a.json', JSON.stringify(config));
    expect(weights(loaded)).toEqual([0.5, 0.5]);
    expect(loaded.config.plugins).toEqual([join(folder, 'deep', 'rule.ts')]);
  });

  test('a rule may be named by its file', async () => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'rule.ts'), ruleSource('quarter'));
    const loaded = await load('a.json', JSON.stringify({ ...minimal, masking: './rule.ts' }), 'masking.factor=4');
    expect(loaded.masking.name).toBe('quarter');
    expect(weights(loaded)).toEqual([1, 1]);
  });

  test('a rule may be named by its package, with a list as default export', async () => {
    const home = join(folder, 'deep', 'node_modules', '@acme', 'rule');
    mkdirSync(home, { recursive: true });
    writeFileSync(
      join(home, 'package.json'),
      JSON.stringify({ name: '@acme/rule', type: 'module', exports: './index.js' }),
    );
    const source = ruleSource('packaged').replace('weight: number', 'weight').replace('export default', 'const rule =');
    writeFileSync(join(home, 'index.js'), `${source}\nexport default [rule];`);
    const loaded = await load('a.yaml', `model: m\ndata: { train: t.jsonl }\nmasking: '@acme/rule'\n`);
    expect(weights(loaded)).toEqual([0.25, 0.25]);
  });

  test('one of the working directory, whatever signs its name has', async () => {
    const directory = join(folder, 'run #1, 50%20 of?');
    mkdirSync(directory);
    writeFileSync(join(directory, 'rule.ts'), ruleSource('quarter'));
    vi.spyOn(process, 'cwd').mockReturnValue(directory);
    try {
      const plugins = await loadPlugins('./rule.ts', workingDirectoryModule());
      expect(plugins.map(({ pluginName }) => pluginName)).toEqual(['quarter']);
    } finally {
      vi.restoreAllMocks();
    }
  });

  test.each([
    ['has no default export that is a plugin', `export default { name: 'x' };`, /the default export is not a plugin/],
    ['throws while loading', `throw new Error('out of order');`, /cannot be loaded: out of order/],
    ['takes a name that exists', ruleSource('profit'), /two plugins of kind masking rule are named "profit"/],
  ])('one that %s is refused', async (_, source, message) => {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'rule.ts'), source);
    await expect(load('a.json', JSON.stringify({ ...minimal, plugins: ['./rule.ts'] }))).rejects.toThrow(message);
  });

  test('one that is not there is refused by name', async () => {
    const loading = load('a.json', JSON.stringify({ ...minimal, plugins: ['@acme/nowhere'] }));
    await expect(loading).rejects.toThrow(/plugin "@acme\/nowhere": cannot be loaded/);
  });
});

describe('refused with the file’s name', () => {
  test.each([
    ['a.json', '{"model": ', /a\.json: is not valid JSON/],
    ['a.yaml', 'model: [\n', /a\.yaml: is not valid YAML, line/],
    ['a.yaml', 'model: a\nmodel: b\n', /a\.yaml: is not valid YAML, line 2: Map keys must be unique/],
    ['a.yaml', '- '.repeat(5000), /a\.yaml: is not valid YAML/],
    ['a.json', '[]', /a\.json: expected an object/],
    ['a.toml', '', /is not a configuration file: expected \.json/],
    ['a.ts', 'export const config = {};', /a\.ts: has no default export/],
    [
      'throwing.ts',
      "export default () => { throw new Error('no data today'); };",
      /its default export cannot be used: no data today/,
    ],
    [
      'aliases.yaml',
      `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n`,
      /aliases\.yaml: is not valid YAML: .*alias/,
    ],
    ['a.json', JSON.stringify({ ...minimal, epoch: 1 }), /a\.json: epoch: unknown key\. Did you mean "epochs"\?/],
    ['a.json', JSON.stringify({ ...minimal, seed: 'x' }), /a\.json: seed: expected integer, got "x"/],
    ['a.json', '{"model":"m","data":{"train":"t"},"__proto__":{"x":1}}', /__proto__: unknown key/],
    ['a.yaml', 'model: m\ndata: {train: t}\n__proto__: {x: 1}\n', /__proto__: unknown key/],
    ['a.yaml', 'model: m\ndata: {train: t}\n<<: {__proto__: {x: 1}}\n', /unknown key/],
    [
      'a.yaml',
      'model: m\ndata: {train: t}\nseed: !!js/function "function () { return 1; }"\n',
      /seed: expected integer/,
    ],
    [
      'a.yaml',
      'model: m\ndata: {train: t}\nseed: !!python/object/apply:os.system ["true"]\n',
      /seed: expected integer/,
    ],
    [
      'a.json',
      '{"model":"m","data":{"train":"t"},"optimizer":{"constructor":{"prototype":{"x":1}}}}',
      /constructor: unknown key/,
    ],
  ])('%s %s', async (name, content, message) => {
    const failure: unknown = await load(name, content).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidConfigError);
    expect((failure as Error).message).toMatch(message);
  });

  test('a file that is not there', async () => {
    const loading = loadRunConfig(join(folder, 'none.json'), [], builtinRegistry as unknown as Registry);
    await expect(loading).rejects.toThrow(/none\.json: no such file/);
  });
});

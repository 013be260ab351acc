import { relative } from 'node:path';
import { schema } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { configurationTable } from './configuration-table.js';
import { generatedPages } from './generated-pages.js';
import { repository } from './markdown-files.js';
import { optionsTable } from './options-table.js';
import { pluginTables } from './plugin-tables.js';
import { withGenerated } from './with-generated.js';

const pages = await generatedPages();

test.each(pages.map((page) => [relative(repository, page.path), page] as const))('%s is up to date', (_, page) => {
  expect(page.present, 'stale: run "npm run docs"').toBe(page.wanted);
});

test('there are pages with generated parts', () => {
  const docs = ['configuration.md', 'plugins.md', 'quality.md'].map((name) => `docs/${name}`);
  expect(pages.map(({ path }) => relative(repository, path))).toEqual(expect.arrayContaining(docs));
});

describe('configurationTable', () => {
  test('has a row for each key, nested ones with their path', () => {
    const table = configurationTable(
      schema.object({
        rate: schema.number({ minimum: 0, default: 0.5, description: 'the rate' }),
        kind: schema.oneOf(['a', 'b']),
        nested: schema.object({ inner: schema.boolean({ default: true }) }, { default: { inner: true } }),
        absent: schema.optional(schema.object({ inner: schema.string() })),
      }),
    );
    expect(table.split('\n').slice(2)).toEqual([
      '| `rate` | `number ≥ 0` | `0.5` | the rate |',
      '| `kind` | `"a" \\| "b"` | required |  |',
      '| `nested` | `object` | see below |  |',
      '| `nested.inner` | `boolean` | `true` |  |',
      '| `absent` | `object` | none |  |',
      '| `absent.inner` | `string` | required |  |',
    ]);
  });
});

describe('pluginTables', () => {
  test('says so where a plugin has no options', () => {
    const text = pluginTables([{ name: 'plain', description: 'does it', source: 'ours', options: [] }]);
    expect(text).toBe('### `plain`\n\nDoes it. Source: ours.\n\nNo options.');
  });
});

describe('optionsTable', () => {
  const rate = { name: 'rate', expects: 'number', required: false, default: 0.5, description: 'the rate' };
  const path = { name: 'path', expects: 'string', required: true, default: null, description: '' };

  test('of one plugin has no column for its name', () => {
    const [headings, , row] = optionsTable([{ name: 'one', options: [rate] }]).split('\n');
    expect([headings, row]).toEqual([
      '| option | type | default | description |',
      '| `rate` | `number` | `0.5` | the rate |',
    ]);
  });

  test('of several plugins names those without options too', () => {
    const lines = optionsTable([
      { name: 'one', options: [{ ...rate, default: null }] },
      { name: 'two', options: [] },
      { name: 'three', options: [path] },
    ]).split('\n');
    expect(lines.slice(2)).toEqual([
      '| `one` | `rate` | `number` | none | the rate |',
      '| `three` | `path` | `string` | required |  |',
      '',
      'Without options: `two`.',
    ]);
  });
});

describe('withGenerated', () => {
  test('replaces what is between the marks and nothing else', () => {
    const page = 'before\n<!-- generated: a -->\nold\n<!-- end: a -->\nafter\n';
    expect(withGenerated(page, { a: 'new' })).toBe('before\n<!-- generated: a -->\n\nnew\n\n<!-- end: a -->\nafter\n');
  });

  test('refuses a page without the marks', () => {
    expect(() => withGenerated('no marks', { a: 'new' })).toThrow('<!-- generated: a -->');
  });
});

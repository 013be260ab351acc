import { readFileSync } from 'node:fs';
import { createRegistry } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { maskingRules } from './index.js';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const pages = { README: read('../README.md'), 'docs/masking-rules.md': read('../../../docs/masking-rules.md') };

describe.each(Object.entries(pages))('%s', (_, text) => {
  it.each(maskingRules.map(({ pluginName, normaliser }) => [pluginName, normaliser]))('has %s', (name, normaliser) => {
    const own = (line: string): boolean => line.startsWith(`| \`${name}\``) || line === `### \`${name}\``;
    const row = text.split('\n').find(own);
    expect(row).toBeDefined();
    if (normaliser === 'kept') expect(row).toContain('`kept`');
  });
});

it('the rules in JSON of docs/masking-rules.md can be made', () => {
  const registry = createRegistry({ masking: maskingRules });
  const blocks = [...pages['docs/masking-rules.md'].matchAll(/^```json\n(.*?)^```$/gms)];
  expect(blocks.length).toBeGreaterThan(5);
  for (const [, block] of blocks) {
    const { name, ...options } = JSON.parse(block) as { name: string };
    expect(registry.masking(name, options).name).toBe(name);
  }
});

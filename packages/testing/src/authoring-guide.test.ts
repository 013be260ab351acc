/** The code of docs/authoring-a-rule.md: its rules keep the contract, its test passes, and all of it is typed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuideFolder } from './testing-guides/guide-folder.js';

const guide = new GuideFolder('authoring-a-rule.md');
const { blocks } = guide;
const isRule = (block: string): boolean => block.includes('export default defineMaskingRule');

beforeAll(() => {
  const files: Record<string, string> = {};
  blocks.forEach((block, index) => {
    // The page calls its first rule soft-threshold.ts, and its other code imports it.
    const name = index === 0 ? 'soft-threshold' : `block-${index}`;
    files[`${name}${block.includes('describeMaskingRule') ? '.test' : ''}.ts`] = block;
    if (!isRule(block)) return;
    const suite = `import { describeMaskingRule } from '@profit-sft/testing';\nimport rule from './${name}.js';\n\n`;
    files[`${name}-contract.test.ts`] = `${suite}describeMaskingRule(rule, { cases: [] });\n`;
  });
  guide.prepare(files, ['@profit-sft/core', '@profit-sft/masking', '@profit-sft/testing']);
});
afterAll(() => guide.remove());

test('the page has rules and one test', () => {
  expect(blocks.filter(isRule)).toHaveLength(5);
  expect(blocks.filter((block) => block.includes('describeMaskingRule'))).toHaveLength(1);
});

test('its code is typed', async () => {
  const { code, output } = await guide.run('typescript/bin/tsc', '-p', 'tsconfig.json');
  expect(code, output).toBe(0);
});

test('its rules keep the contract, and its test passes', async () => {
  const { code, output } = await guide.run('vitest/vitest.mjs', 'run');
  expect(code, output).toBe(0);
  expect(output).toMatch(/Test Files {2}6 passed/);
});

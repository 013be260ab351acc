/** The code of docs/authoring-a-rule.md: its rules keep the contract, its test passes, and all of it is typed. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(join(repository, 'docs', 'authoring-a-rule.md'), 'utf8');
const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
const isRule = (block: string): boolean => block.includes('export default defineMaskingRule');
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'profit-guide-')));

async function run(tool: string, ...args: string[]): Promise<{ code: number; output: string }> {
  // Without what vitest sets for this process: the other vitest would take itself for one of its workers.
  const inherited = Object.entries(process.env).filter(([key]) => !/^(VITEST|NODE_ENV|TEST$|NODE_OPTIONS)/.test(key));
  const env = { ...Object.fromEntries(inherited), NO_COLOR: '1' };
  const path = join(repository, 'node_modules', tool);
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [path, ...args], { cwd: folder, env });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr, message } = error as Error & { code: number; stdout: string; stderr: string };
    return { code, output: `${message}\n${stdout}${stderr}` };
  }
}

beforeAll(() => {
  for (const name of ['@profit-sft/core', '@profit-sft/masking', '@profit-sft/testing', '@types/node', 'vitest']) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(repository, 'node_modules', name), link, 'junction');
  }
  blocks.forEach((block, index) => {
    // The page calls its first rule soft-threshold.ts, and its other code imports it.
    const name = index === 0 ? 'soft-threshold' : `block-${index}`;
    writeFileSync(join(folder, `${name}${block.includes('describeMaskingRule') ? '.test' : ''}.ts`), block);
    if (!isRule(block)) return;
    const suite = `import { describeMaskingRule } from '@profit-sft/testing';\nimport rule from './${name}.js';\n\n`;
    writeFileSync(join(folder, `${name}-contract.test.ts`), `${suite}describeMaskingRule(rule, { cases: [] });\n`);
  });
  const settings = { extends: join(repository, 'tsconfig.base.json'), include: ['*.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const resolve = `resolve: { conditions: ['@profit-sft/source'] }`;
  writeFileSync(join(folder, 'vitest.config.mjs'), `export default { ${resolve}, ssr: { ${resolve} } };\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the page has rules and one test', () => {
  expect(blocks.filter(isRule)).toHaveLength(5);
  expect(blocks.filter((block) => block.includes('describeMaskingRule'))).toHaveLength(1);
});

test('its code is typed', async () => {
  const { code, output } = await run('typescript/bin/tsc', '-p', 'tsconfig.json');
  expect(code, output).toBe(0);
});

test('its rules keep the contract, and its test passes', async () => {
  const { code, output } = await run('vitest/vitest.mjs', 'run');
  expect(code, output).toBe(0);
  expect(output).toMatch(/Test Files {2}6 passed/);
});

/** The code of docs/authoring-a-backend.md, with the reference's runtime in the place of the reader's. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { backendChecks } from './backend/backend-checks.js';
import { GuideFolder } from './testing-guides/guide-folder.js';

const guide = new GuideFolder('authoring-a-backend.md');
const [backend, suite] = guide.blocks;

beforeAll(() => {
  const runtime = `export { ReferenceRuntime as MyRuntime } from '@profit-sft/backend-reference';\n`;
  guide.prepare({ 'my-runtime.ts': runtime, 'index.ts': backend, 'backend.test.ts': suite }, [
    ...['core', 'engine', 'testing', 'backend-reference'].map((name) => `@profit-sft/${name}`),
  ]);
});
afterAll(() => guide.remove());

test('its code is typed', async () => {
  expect(guide.blocks).toHaveLength(2);
  const { code, output } = await guide.run('typescript/bin/tsc', '-p', 'tsconfig.json');
  expect(code, output).toBe(0);
});

test('its backend passes its suite', async () => {
  const { code, output } = await guide.run('vitest/vitest.mjs', 'run');
  expect(code, output).toBe(0);
  expect(output).toContain(`Tests  ${Object.keys(backendChecks).length} passed`);
}, 120_000);

/** npm run study:core-tokens: writes docs/results/core-tokens.md. Needs PROFIT_TEST_DATA. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { coreTokensPage } from './core-tokens.js';

const page = fileURLToPath(new URL('../../../docs/results/core-tokens.md', import.meta.url));
const started = performance.now();
const text = await coreTokensPage((title) =>
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s: ${title}`),
);
await writeFile(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
console.log(`written: ${page}`);

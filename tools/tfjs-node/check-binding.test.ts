import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { builtPackage } from './built-package.js';
import { checkBinding } from './check-binding.js';
import { tensorFlowVersion } from './tensorflow-wheel.js';

const folder = await builtPackage();
const missing = folder === undefined ? ' (skipped where PROFIT_TFJS_NODE is absent)' : '';

test.skipIf(folder === undefined)(`the built binding multiplies matrices in TensorFlow${missing}`, async () => {
  const answer = await checkBinding(folder as string);
  expect(answer).toMatchObject({ backend: 'tensorflow', tensorFlow: tensorFlowVersion, tensorFlowJs: '4.22.0' });
  expect(answer.largestError).toBeLessThan(1e-5);
});

test.each([
  ['throw new Error("no such symbol")', 'no such symbol'],
  // As where the processor lacks instructions that the library has.
  ['process.kill(process.pid, "SIGILL")', 'was ended by SIGILL'],
])('a package that does not load: %s', async (source, message) => {
  const broken = await mkdtemp(join(tmpdir(), 'profit-broken-'));
  await writeFile(join(broken, 'package.json'), '{"name":"broken","main":"index.js"}');
  await writeFile(join(broken, 'index.js'), source);
  await expect(checkBinding(broken)).rejects.toThrow(message);
  await rm(broken, { recursive: true });
});

test('the functions that Node 23 removed are put back', async () => {
  const file = fileURLToPath(new URL('removed-util-functions.js', import.meta.url));
  const source = `
    const util = require('node:util');
    delete util.isNullOrUndefined;
    delete util.isArray;
    import(${JSON.stringify(file)}).then(() => {
      console.log([null, undefined, 0, ''].map(util.isNullOrUndefined), [[], {}].map(util.isArray));
    });`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', source]);
  expect(stdout).toBe('[ true, true, false, false ] [ true, false ]\n');
});

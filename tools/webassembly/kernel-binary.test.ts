import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { kernelBinaryFile, kernelBinaryModule } from './kernel-binary.js';

test('the binary in the repository is the one that its source gives', async () => {
  expect(await readFile(kernelBinaryFile, 'utf8'), 'stale: run "npm run webassembly"').toBe(await kernelBinaryModule());
});

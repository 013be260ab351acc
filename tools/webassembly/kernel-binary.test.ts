import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { kernelBinaryModule, kernels } from './kernel-binary.js';

test.each(kernels)('the binary of $name in the repository is the one that its source gives', async (kernel) => {
  expect(await readFile(kernel.binaryFile, 'utf8'), 'stale: run "npm run webassembly"').toBe(
    await kernelBinaryModule(kernel),
  );
});

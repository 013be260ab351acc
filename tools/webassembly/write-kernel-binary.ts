import { writeFile } from 'node:fs/promises';
import { kernelBinaryModule, kernels } from './kernel-binary.js';

for (const kernel of kernels) {
  await writeFile(kernel.binaryFile, await kernelBinaryModule(kernel));
  console.log(`wrote ${kernel.binaryFile}`);
}

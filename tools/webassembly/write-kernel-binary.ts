import { writeFile } from 'node:fs/promises';
import { kernelBinaryFile, kernelBinaryModule } from './kernel-binary.js';

await writeFile(kernelBinaryFile, await kernelBinaryModule());
console.log(`wrote ${kernelBinaryFile}`);

import { describeBackend } from '@profit-sft/testing';
import { testedRuntimes } from './testing/available-runtimes.js';
import { tfjs } from './tfjs.js';

for (const { name, skip } of await testedRuntimes()) {
  describeBackend(tfjs, {
    name: `tfjs ${name}`,
    options: { runtime: name, process: false },
    // Plain JavaScript runs the same passes as WebAssembly, at a twentieth of the speed.
    ...(name === 'cpu' && { models: ['llama', 'gpt2'] }),
    // On a device sums run in an order of its choosing.
    ...(name === 'webgpu' && { models: ['llama'], tolerance: { resumption: 1e-4 } }),
    skip,
  });
}

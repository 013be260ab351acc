import { describeBackend } from '@profit-sft/testing';
import { onnxruntime } from './onnxruntime.js';
import { prepareWebgpu } from './testing/software-driver.js';

const webgpu = await prepareWebgpu();

describeBackend(onnxruntime, { name: 'onnxruntime cpu', options: { process: false } });

describeBackend(onnxruntime, {
  name: 'onnxruntime cpu, nothing kept, two threads',
  options: { process: false, activationMemory: 0, headMemory: 0, threads: 2 },
  models: ['llama', 'gpt2'],
});

describeBackend(onnxruntime, {
  name: 'onnxruntime webgpu',
  options: { provider: 'webgpu', process: false },
  models: ['llama'],
  // Sums run in an order of the device's choosing.
  tolerance: { resumption: 1e-4 },
  skip: webgpu.works ? undefined : `WebGPU does not start here: ${webgpu.reason}`,
});

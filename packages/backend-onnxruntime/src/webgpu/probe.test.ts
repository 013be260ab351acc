import { expect, test } from 'vitest';
import { onnxruntime } from '../onnxruntime.js';
import { probeWebgpu } from './probe.js';

test('WebGPU without a driver is reported with a reason, from a process of its own', async () => {
  const probe = await probeWebgpu({ VK_ICD_FILENAMES: '/nowhere.json', VK_DRIVER_FILES: '/nowhere.json' });
  // Other systems than Linux have drivers that these variables do not hide.
  if (process.platform === 'linux')
    expect(probe).toMatchObject({ works: false, float16: false, reason: expect.stringMatching(/./) });
});

test('the plugin lists both providers, each tried for real', async () => {
  const [cpu, webgpu] = await onnxruntime.diagnose();
  expect(cpu).toMatchObject({ name: 'onnxruntime cpu', works: true });
  expect(webgpu.name).toBe('onnxruntime webgpu');
  expect(webgpu.detail).not.toBe('');
  const probe = await probeWebgpu();
  expect(webgpu.works).toBe(probe.works);
  if (probe.works) expect(webgpu.detail).toContain(probe.float16 ? 'float16 works' : 'lacks shader-f16');
});

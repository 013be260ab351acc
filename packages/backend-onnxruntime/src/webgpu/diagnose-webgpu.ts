import { readdirSync } from 'node:fs';
import type { BackendHealth } from '@profit-sft/core';
import { onnxRuntimeVersion } from '../runtime/onnx-runtime.js';
import { probeWebgpu } from './probe.js';
import { softwareDriverVariables } from './software-driver.js';

/** Folders in which Vulkan drivers are described, one file each. */
const driverFolders = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'];

const linuxInstall =
  'apt-get install libvulkan1, and the Vulkan driver of your GPU’s vendor; without a GPU, apt-get install chromium for its SwiftShader';

/** The health of the WebGPU provider: as the environment is, and where it fails so, with chromium's software driver. */
export async function diagnoseWebgpu(): Promise<BackendHealth> {
  const name = 'onnxruntime webgpu';
  const probe = await probeWebgpu();
  if (probe.works) {
    const precision = probe.float16 ? 'precision float16 works' : 'no precision float16: the device lacks shader-f16';
    return { name, works: true, detail: `onnxruntime-node ${onnxRuntimeVersion()}${driverNote()}; ${precision}` };
  }
  const detail = probe.reason ?? 'it did not start';
  const install = process.platform === 'linux' ? { install: linuxInstall } : {};
  const variables = softwareDriverVariables();
  if (variables === undefined || !(await probeWebgpu(variables)).works)
    return { name, works: false, detail, ...install };
  const assignments = Object.entries(variables).map(([variable, value]) => `${variable}=${value}`);
  const hint = `to try it slowly on the CPU, by SwiftShader of chromium, set ${assignments.join(' ')}`;
  return { name, works: false, detail: `${detail}; ${hint}`, ...install };
}

/** The drivers there are to choose from: ONNX Runtime does not say which one it took. */
function driverNote(): string {
  if (process.platform !== 'linux') return '';
  const chosen = process.env.VK_DRIVER_FILES ?? process.env.VK_ICD_FILENAMES;
  if (chosen !== undefined) return `, driver ${chosen}`;
  const found = driverFolders.flatMap((folder) => {
    try {
      return readdirSync(folder).filter((file) => file.endsWith('.json'));
    } catch {
      return [];
    }
  });
  return found.length === 0 ? '' : `, one of the drivers ${found.join(', ')}`;
}

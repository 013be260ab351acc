import { constants } from 'node:os';
import { probeWebgpu, type WebgpuProbe } from '../webgpu/probe.js';
import { softwareDriver, softwareDriverVariables } from '../webgpu/software-driver.js';

/** glibc's RTLD_NODELETE: the library stays loaded although it is no Node addon. */
const keepLoaded = 0x1000;

/**
 * Whether WebGPU starts in this process; tried in another one. With `PROFIT_SOFTWARE_WEBGPU=1`, which `.ci/run` sets,
 * the driver is that of Debian's chromium: it computes on the CPU, which takes minutes. Its Vulkan loader
 * is not on the library path, which is fixed when a process starts, so it is loaded by hand.
 */
export async function prepareWebgpu(): Promise<WebgpuProbe> {
  if (process.env.PROFIT_SOFTWARE_WEBGPU !== '1') {
    const probe = await probeWebgpu();
    return probe.works ? probe : { ...probe, reason: `${probe.reason}; PROFIT_SOFTWARE_WEBGPU=1 takes SwiftShader` };
  }
  const variables = softwareDriverVariables();
  if (variables === undefined)
    return { works: false, float16: false, reason: `${softwareDriver.description} is absent` };
  const probe = await probeWebgpu(variables);
  if (!probe.works) return probe;
  process.env.VK_ICD_FILENAMES = variables.VK_ICD_FILENAMES;
  try {
    process.dlopen({ exports: {} }, softwareDriver.loader, constants.dlopen.RTLD_NOW | keepLoaded);
  } catch {
    // It always says that the library is no addon.
  }
  return probe;
}

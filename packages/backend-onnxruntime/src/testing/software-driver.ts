import { constants } from 'node:os';
import { probeWebgpu, type WebgpuProbe } from '../webgpu/probe.js';
import { softwareDriver, softwareDriverVariables } from '../webgpu/software-driver.js';

/** glibc's RTLD_NODELETE: the library stays loaded although it is no Node addon. */
const keepLoaded = 0x1000;

/**
 * Whether WebGPU starts in this process; tried in another one. Where no driver is chosen by `VK_ICD_FILENAMES`, the one
 * of Debian's chromium is, if it is there. Its Vulkan loader is not on the library path, which is fixed when a
 * process starts, so it is loaded by hand.
 */
export async function prepareWebgpu(): Promise<WebgpuProbe> {
  const variables = process.env.VK_ICD_FILENAMES === undefined ? softwareDriverVariables() : undefined;
  if (variables === undefined) return probeWebgpu();
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

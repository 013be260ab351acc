import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

const folder = '/usr/lib/chromium';

/** SwiftShader, a Vulkan driver that computes on the CPU, as Debian's chromium package carries it: for trying WebGPU without a GPU. */
export const softwareDriver = {
  /** For `VK_ICD_FILENAMES`. */
  description: `${folder}/vk_swiftshader_icd.json`,
  loader: `${folder}/libvulkan.so.1`,
} as const;

/** Environment variables with which a new process finds the driver; undefined where it is not installed. */
export function softwareDriverVariables(): Record<string, string> | undefined {
  if (!existsSync(softwareDriver.description)) return undefined;
  return { VK_ICD_FILENAMES: softwareDriver.description, LD_LIBRARY_PATH: dirname(softwareDriver.loader) };
}

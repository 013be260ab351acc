import { join } from 'node:path';

/**
 * Node's arguments for a process that may read the files of some folders and start threads, and may not write, start processes, load
 * native modules or turn text into code.
 *
 * @param memoryBytes most memory of a WebAssembly instance
 */
export function confiningArguments(readable: readonly string[], memoryBytes: number): string[] {
  // The permission model lost its first name in Node 23.5.
  const isStable = process.allowedNodeEnvironmentFlags.has('--permission');
  return [
    isStable ? '--permission' : '--experimental-permission',
    '--allow-worker',
    ...readable.map((folder) => `--allow-fs-read=${join(folder, '*')}`),
    '--disallow-code-generation-from-strings',
    '--experimental-vm-modules',
    `--wasm-max-mem-pages=${Math.floor(memoryBytes / 65536)}`,
    '--no-warnings',
  ];
}

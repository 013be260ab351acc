import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface InstalledFiles {
  /** Sum of the files' sizes. */
  readonly bytes: number;
  /** Machine code: shared libraries and add-ons of Node, told by their first bytes. WebAssembly does not count. */
  readonly native: readonly string[];
}

/** First bytes of ELF, Mach-O (either order of bytes, 64 bits, or several architectures) and Windows files. */
const machineCode = ['7f454c46', 'cffaedfe', 'feedfacf', 'cafebabe'];

async function isMachineCode(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    const start = buffer.subarray(0, bytesRead).toString('hex');
    return machineCode.includes(start) || start.startsWith('4d5a');
  } finally {
    await file.close();
  }
}

/** What lies in a folder and the folders in it. Links are not followed. */
export async function installedFiles(folder: string): Promise<InstalledFiles> {
  let bytes = 0;
  const native: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    bytes += (await stat(path)).size;
    if (await isMachineCode(path)) native.push(path);
  }
  return { bytes, native };
}

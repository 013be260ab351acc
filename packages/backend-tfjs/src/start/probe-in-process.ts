import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { processEntry } from '@profit-sft/engine';
import type { RuntimeName } from './runtime-names.js';

export interface ProbeResult {
  readonly works: boolean;
  /** What runs, or why it does not. */
  readonly detail: string;
}

/** Tries a runtime in a process of its own: a library or a driver that crashes takes down only that, and one process loads one binding. */
export function probeInProcess(name: RuntimeName): Promise<ProbeResult> {
  const { entry, execArgv } = processEntry(import.meta.url, 'probe-process');
  return new Promise((resolve) => {
    const settings = { timeout: 60_000 };
    execFile(process.execPath, [...execArgv, fileURLToPath(entry), name], settings, (error, stdout) => {
      const last = stdout.trim().split('\n').at(-1) ?? '';
      try {
        resolve(JSON.parse(last) as ProbeResult);
      } catch {
        const how = error === null ? 'said nothing' : `ended by ${String(error.signal ?? error.code)}`;
        resolve({ works: false, detail: `its process ${how}` });
      }
    });
  });
}

import { readFileSync } from 'node:fs';

export interface ResidentMemory {
  /** Bytes now. */
  readonly now: number;
  /** Most bytes so far. */
  readonly peak: number;
}

/**
 * This process's resident set. Linux's own record of it: the `maxRSS` of getrusage also counts what the parent process held when
 * it started this one, which after other benchmarks is gigabytes.
 */
export function residentMemory(): ResidentMemory {
  if (process.platform !== 'linux') {
    return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 };
  }
  const status = readFileSync('/proc/self/status', 'utf8');
  const field = (name: string): number => 1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB`, 'm').exec(status)?.[1]);
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** The process that holds a lock. */
export interface LockHolder {
  readonly host: string;
  readonly process: number;
  /** When the process started, in clock ticks since the machine did; empty where the system does not say. */
  readonly start: string;
  /** Which process numbers `process` is one of, see `thisMachine`. */
  readonly machine: string;
  /** Distinguishes the locks of one process. */
  readonly nonce: string;
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

let machine: string | undefined;

/**
 * Where process numbers mean the same as here: 12 hexadecimal digits of a hash over the host's name and, on Linux, what identifies the boot of
 * the kernel and the process namespace. Hosts and containers may share a name; after a restart numbers belong to other processes.
 */
export function thisMachine(): string {
  machine ??= createHash('sha256')
    .update(
      JSON.stringify([
        hostname(),
        textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
        textOf(() => readlinkSync('/proc/self/ns/pid')),
      ]),
    )
    .digest('hex')
    .slice(0, 12);
  return machine;
}

/** `/proc/PID/stat`: the third field is the state, the 22nd the start; the second may contain anything but ends with the last parenthesis. */
function processStatus(id: number): { readonly state: string; readonly start: string } | undefined {
  const text = textOf(() => readFileSync(`/proc/${id}/stat`, 'utf8'));
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.length < 20 ? undefined : { state: fields[0], start: fields[19] };
}

/** This process, as the holder of one more lock. */
export function thisProcess(onMachine = thisMachine()): LockHolder {
  return {
    host: hostname()
      .replaceAll(/[^\w.-]/g, '_')
      .slice(0, 100),
    process: process.pid,
    start: processStatus(process.pid)?.start ?? '',
    machine: onMachine,
    nonce: randomBytes(8).toString('hex'),
  };
}

/** The name of the file that says who holds a lock: all of it is in the name, so that renaming the file changes the holder at once. */
export function holderName({ host, process: id, start, machine: on, nonce }: LockHolder): string {
  return `${id}.${start}.${on}.${nonce}.${host}`;
}

export function parseHolderName(name: string): LockHolder | undefined {
  const match = /^(\d+)\.(\d*)\.([0-9a-f]{12})\.([0-9a-f]{16})\.(.+)$/.exec(name);
  if (match === null) return undefined;
  const [, id, start, on, nonce, host] = match;
  return { host, process: Number(id), start, machine: on, nonce };
}

/** Whether a holder's process is there, by the operating system; `unknown` where it cannot tell. */
export function processState(holder: LockHolder, onMachine = thisMachine()): 'alive' | 'gone' | 'unknown' {
  if (holder.machine !== onMachine) return 'unknown';
  const status = processStatus(holder.process);
  if (status !== undefined && holder.start !== '') {
    // A number is given again; a process that ended and that nobody has waited for (Z) still has its own.
    return status.start === holder.start && !['Z', 'X'].includes(status.state) ? 'alive' : 'gone';
  }
  try {
    process.kill(holder.process, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  return 'unknown';
}

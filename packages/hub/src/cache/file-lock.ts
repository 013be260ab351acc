import { open, readFile, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    // The process is there, and somebody else's.
    return (cause as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Locks that this very process holds: a file of ours that is not among them is left from an earlier process of our id. */
const held = new Set<string>();

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  // Gone meanwhile, or just made and not yet written: looked at again.
  if (text === undefined || text === '') return false;
  const pid = Number(text);
  return !Number.isSafeInteger(pid) || (pid === process.pid ? !held.has(path) : !isAlive(pid));
}

/**
 * Runs `work` while a lock file says that nobody else may. Waits for another process that is alive; the lock of one that
 * was killed is taken over.
 */
export async function withLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      held.add(path);
      await file.writeFile(String(process.pid));
      await file.close();
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    if (await isAbandoned(path)) await unlink(path).catch(() => undefined);
    else await sleep(100);
  }
  try {
    return await work();
  } finally {
    held.delete(path);
    await unlink(path).catch(() => undefined);
  }
}

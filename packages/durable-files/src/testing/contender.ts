/**
 * Takes a lock again and again, in a process of its own: contender.ts LOCK FOLDER TIMES lives|dies. While it holds the lock it
 * makes a file that may not be there yet; the last time it dies there, if told so, and the next holder finds that file with a dead writer.
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from '../lock/acquire-lock.js';

const [path, folder, times, ending] = process.argv.slice(2);
const inside = join(folder, 'inside');

function isAlive(id: number): boolean {
  try {
    return !/^\S+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${id}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

for (let turn = 0; turn < Number(times); turn++) {
  const lock = await acquireLock(path, { wait: true }, { lookMilliseconds: 5 });
  try {
    writeFileSync(inside, String(process.pid), { flag: 'wx' });
  } catch {
    const other = Number(readFileSync(inside, 'utf8'));
    if (isAlive(other)) {
      process.stderr.write(`process ${other} is inside as well\n`);
      process.exit(2);
    }
    writeFileSync(inside, String(process.pid));
  }
  await sleep(Math.random() * 3);
  if (turn === Number(times) - 1 && ending === 'dies') process.kill(process.pid, 'SIGKILL');
  rmSync(inside);
  lock.release();
}

/**
 * Takes a lock again and again, in a process of its own: contender.ts LOCK FOLDER TIMES lives|dies. While it holds the lock it makes a file that may
 * not be there yet. It does not give the lock back, but leaves it as a process that died would, so that all others want to take it over at once;
 * the last time it dies in earnest, if told so.
 */
import { readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { acquireLock } from '../lock/acquire-lock.js';
import { holderName, thisProcess } from '../lock/lock-holder.js';

const [path, folder, times, ending] = process.argv.slice(2);
const inside = join(folder, 'inside');
/** No process has this number: Linux and macOS have smaller ones. */
const nobody = 2 ** 30;

for (let turn = 1; turn <= Number(times); turn++) {
  const lock = await acquireLock(path, { wait: true }, { lookMilliseconds: 1 });
  writeFileSync(inside, '', { flag: 'wx' });
  const [own] = readdirSync(path);
  rmSync(inside);
  if (turn === Number(times) && ending === 'dies') process.kill(process.pid, 'SIGKILL');
  renameSync(join(path, own), join(path, holderName({ ...thisProcess(), process: nobody })));
  lock.release();
}

/** Holds a lock until it is killed: holder.ts LOCK MACHINE BEAT_MILLISECONDS. Its main thread does nothing but compute once it has said `held`. */
import { writeSync } from 'node:fs';
import { acquireLock } from '../lock/acquire-lock.js';
import { thisMachine } from '../lock/lock-holder.js';

const [path, machine, beat] = process.argv.slice(2);
await acquireLock(path, {}, { machine: machine === '' ? thisMachine() : machine, beatMilliseconds: Number(beat) });
writeSync(1, 'held');
for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);

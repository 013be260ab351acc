/**
 * A run in a process of its own that kills itself with SIGKILL at its n-th change to the file system; where that change
 * is a write, after half of it. Arguments: directory, n (0: never). Prints the number of changes when it gets to its end.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { train } from '../train.js';
import { killedRunConfig, ruleWithState, smallRun } from './small-run.js';

const [directory, killAt] = [process.argv[2], Number(process.argv[3])];
let changes = 0;

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0) as never;
}

const { writeFileSync, writeSync } = fs;
for (const name of ['renameSync', 'rmSync', 'mkdirSync', 'fsyncSync', 'ftruncateSync', 'openSync'] as const) {
  const original = fs[name] as (...values: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...values: unknown[]) => {
      if (++changes === killAt) die();
      return original(...values);
    },
  });
}
Object.assign(fs, {
  writeFileSync(path: string, content: string | Float32Array) {
    if (++changes === killAt) {
      const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content.buffer);
      writeFileSync(path, bytes.subarray(0, bytes.length >> 1));
      die();
    }
    writeFileSync(path, content);
  },
  writeSync(descriptor: number, bytes: Buffer, offset: number) {
    if (++changes === killAt) {
      writeSync(descriptor, bytes, offset, (bytes.length - offset) >> 1);
      die();
    }
    return writeSync(descriptor, bytes, offset);
  },
});
syncBuiltinESMExports();

await train(smallRun(directory, killedRunConfig, { masking: ruleWithState(), resume: true }));
process.stdout.write(String(changes));

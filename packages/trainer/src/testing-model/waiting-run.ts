/** A run in a process of its own that stands still in its third step until it is killed: waiting-run.ts DIRECTORY. Prints `training` there. */
import { writeSync } from 'node:fs';
import { train } from '../train.js';
import { killedRunConfig, ruleWithState, smallRun } from './small-run.js';

const [directory] = process.argv.slice(2);
const sink = {
  write({ type, step }: { type: string; step: number }) {
    if (type !== 'step' || step !== 3) return;
    writeSync(1, 'training');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  },
};
await train(smallRun(directory, killedRunConfig, { masking: ruleWithState(), resume: true, sinks: [sink] }));

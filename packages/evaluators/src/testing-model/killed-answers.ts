/**
 * Answers GSM8K-like questions into a file, in a process that kills itself before the n-th answer, or with `waits` says `answering` there and
 * stands still: killed-answers.ts FILE N [waits]
 */
import { writeSync } from 'node:fs';
import { gsm8k } from '../mathematics/gsm8k.js';
import { killedOptions, killedRows } from './killed-evaluation.js';
import { writingContext } from './writing-model.js';

const [file, killedAt, ending] = process.argv.slice(2);
let prompts = 0;
const { context } = writingContext(
  killedRows,
  {
    onPrompt: () => {
      if (++prompts !== Number(killedAt)) return;
      if (ending !== 'waits') process.kill(process.pid, 'SIGKILL');
      writeSync(1, 'answering');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    },
  },
  { answers: { file, model: 'writing model' } },
);
await gsm8k(killedOptions).evaluate(context);

/** Answers GSM8K-like questions into a file, in a process that kills itself before the n-th answer: killed-answers.ts FILE N */
import { gsm8k } from '../mathematics/gsm8k.js';
import { killedOptions, killedRows } from './killed-evaluation.js';
import { writingContext } from './writing-model.js';

const [file, killedAt] = process.argv.slice(2);
let prompts = 0;
const { context } = writingContext(
  killedRows,
  {
    onPrompt: () => {
      if (++prompts === Number(killedAt)) process.kill(process.pid, 'SIGKILL');
    },
  },
  { answers: { file, model: 'writing model' } },
);
await gsm8k(killedOptions).evaluate(context);

/** npm run ifeval:grade -- FILE: grades the responses of a JSONL file again, without a model. */
import { instructionAccuracies } from '@profit-sft/evaluators';
import { readResponses } from './read-responses.js';

const [file] = process.argv.slice(2);
if (file === undefined)
  throw new Error('usage: npm run ifeval:grade -- FILE (JSONL with IFEval’s fields and "response")');
const graded = (await readResponses(file)).map(({ verdicts }) => verdicts);
for (const verdict of graded.flat()) if (verdict.problem !== undefined) console.error(verdict.problem);
// As the evaluator does: prompts with an instruction that cannot be graded are left out.
const whole = graded.filter((verdicts) => verdicts.every(({ problem }) => problem === undefined));
console.log(`${graded.length} responses, ${graded.length - whole.length} of them not gradable`);
if (whole.length > 0) {
  const metrics = instructionAccuracies(whole, 0);
  for (const name of Object.keys(metrics).filter((key) => key.endsWith('Accuracy'))) {
    const [value, lower, upper] = [name, `${name}Lower`, `${name}Upper`].map((key) => metrics[key].toFixed(4));
    console.log(`${name} ${value} (95 %: ${lower} to ${upper})`);
  }
}

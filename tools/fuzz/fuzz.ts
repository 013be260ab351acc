/**
 * npm run fuzz: feeds every parser of outside data, shows how far it is, and writes the section "Fuzzing" of docs/quality.md.
 *
 *   npm run fuzz -- [--inputs N] [--seed S] [--target NAME] [--processes N]
 *
 * With `--target` nothing is written. Ends with 1 where a parser breaks its contract.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { fuzzInProcesses } from './fuzz-in-processes.js';
import { writeFuzzingSection } from './fuzzing-section.js';
import { fuzzTargets } from './targets.js';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    target: { type: 'string' },
    processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});
const whole = (name: 'inputs' | 'seed' | 'processes', minimum: number): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < minimum)
    throw new Error(`--${name} must be a whole number from ${minimum}`);
  return value;
};
const targetNames = fuzzTargets.map(({ name }) => name);
const { target } = values;
if (target !== undefined && !targetNames.includes(target)) {
  throw new Error(`no parser "${target}"; there are ${targetNames.join(', ')}`);
}
const [inputs, seed] = [whole('inputs', 1), whole('seed', 0)];
const names = target === undefined ? targetNames : [target];
const started = performance.now();
const results = await fuzzInProcesses(names, { inputs, seed, processes: whole('processes', 1) }, (line, final) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}${final ? '\n' : ''}`);
  else if (final) process.stderr.write(`${line}\n`);
});
const broken = results.filter(({ failure }) => failure !== undefined);
for (const { name, failure } of broken) console.error(`\n${name}: ${failure}\n`);
const total = results.reduce((sum, result) => sum + result.inputs, 0);
console.log(
  `${total.toLocaleString('en')} inputs for ${results.length} parsers in ${Math.round((performance.now() - started) / 1000)} s: ` +
    (broken.length === 0 ? 'every one was parsed or refused with a message' : `${broken.length} parsers failed`),
);
if (broken.length > 0) process.exitCode = 1;
else if (target === undefined) console.log(`written: ${await writeFuzzingSection(results, seed, fuzzTargets)}`);

/**
 * npm run faults: lets faults happen to real processes of the command, shows how far it is, and writes the section "Faults" of docs/quality.md.
 *
 *   npm run faults -- [--kills N] [--seed S] [--only NAME]
 *
 * With `--only` (a scenario) the others are those that were kept (`results.json`). Ends with 1 where something was lost, or wrong.
 */
import { parseArgs } from 'node:util';
import { runFaults } from './run-faults.js';
import { writeFaultsSection } from './faults-section.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '24' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const whole = (name: 'kills' | 'seed'): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1`);
  return value;
};
const started = performance.now();
const [kills, seed] = [whole('kills'), whole('seed')];
const all = await runFaults({ kills, seed, only: values.only }, (line) => process.stderr.write(`${line}\n`));
const results = all.flatMap((one) => one.results);
const failed = results.filter(({ failures }) => failures.length > 0);
for (const { kind, what, failures } of failed) console.error(`\n${kind}, ${what}:\n  ${failures.join('\n  ')}`);
const injected = results.reduce((sum, result) => sum + result.injected, 0);
console.log(
  `${injected} faults in ${Math.round((performance.now() - started) / 1000)} s: ` +
    (failed.length === 0 ? 'nothing was lost, nothing was wrong afterwards' : `${failed.length} kinds failed`),
);
if (failed.length > 0) process.exitCode = 1;
else console.log(`written: ${await writeFaultsSection()}`);

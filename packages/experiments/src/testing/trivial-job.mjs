// A run that does nothing but end: `node trivial-job.mjs DIRECTORY`. It says that it started, and writes a result as a run does.
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const directory = process.argv[2];
const { hash, labels, run } = JSON.parse(readFileSync(`${directory}/specification.json`, 'utf8'));
if (existsSync(`${directory}/result.json`)) appendFileSync(`${directory}/twice.txt`, 'twice\n');
const first = !existsSync(`${directory}/starts.txt`);
appendFileSync(`${directory}/starts.txt`, `${process.pid}\n`);
// Long enough for the test to kill it.
if (run.victim === true && first) await wait(120_000);
if (run.fails === true) process.exit(3);
writeFileSync(
  `${directory}/.result.json`,
  JSON.stringify({ hash, labels, metrics: { value: run.seed }, seconds: 0, environment: '', commands: [] }),
);
renameSync(`${directory}/.result.json`, `${directory}/result.json`);

/** npm run humaneval: writes docs/results/humaneval-sandbox.md. Needs PROFIT_TEST_DATA. */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { openPythonSandbox, type PythonResult } from '@profit-sft/python-sandbox';
import { format, resolveConfig } from 'prettier';
import { withChangedResult } from './changed-result.js';

interface Problem {
  readonly task_id: string;
  readonly prompt: string;
  readonly canonical_solution: string;
  readonly test: string;
  readonly entry_point: string;
}

const data = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));
const page = fileURLToPath(new URL('../../docs/results/humaneval-sandbox.md', import.meta.url));
const problems = gunzipSync(readFileSync(join(data, 'benchmarks/humaneval/HumanEval.jsonl.gz')))
  .toString()
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Problem);

const opened = performance.now();
const sandbox = openPythonSandbox();
await sandbox.run({ source: '', timeoutSeconds: 60 });
const startSeconds = (performance.now() - opened) / 1000;

const check = ({ prompt, test, entry_point: entryPoint }: Problem, completion: string): Promise<PythonResult> => {
  const source = `${prompt}${completion}\n${test}\ncheck(${entryPoint})`;
  return sandbox.run({ source, moduleName: 'builtins', timeoutSeconds: 3 });
};

interface Outcome {
  readonly task: string;
  readonly result: PythonResult;
}
interface Pass {
  readonly what: string;
  readonly outcomes: readonly Outcome[];
  /** Of the whole, with the interpreters' starts. */
  readonly seconds: number;
}

async function pass(what: string, completionOf: (problem: Problem) => string): Promise<Pass> {
  const start = performance.now();
  const outcomes: Outcome[] = [];
  for (const problem of problems) {
    outcomes.push({ task: problem.task_id, result: await check(problem, completionOf(problem)) });
    process.stderr.write(`\r${what}: ${outcomes.length} of ${problems.length} `);
  }
  process.stderr.write('\n');
  return { what, outcomes, seconds: (performance.now() - start) / 1000 };
}

const passes = [
  await pass('canonical solution', (problem) => problem.canonical_solution),
  await pass('`return None`', () => '    return None\n'),
  await pass('canonical solution with a changed result', ({ canonical_solution: solution, entry_point: entryPoint }) =>
    withChangedResult(solution, entryPoint),
  ),
];
await sandbox.close();
const load = loadavg()[2].toFixed(1);

const passed = ({ outcomes }: Pass): Outcome[] => outcomes.filter(({ result }) => result.outcome === 'completed');
const line = (one: Pass): string => {
  const { what, outcomes, seconds } = one;
  const longest = Math.max(...outcomes.map(({ result }) => result.seconds));
  const timeouts = outcomes.filter(({ result }) => result.outcome === 'timeout').length;
  return `| ${what} | ${passed(one).length} | ${outcomes.length - passed(one).length} | ${timeouts} | ${(seconds / outcomes.length).toFixed(2)} s | ${longest.toFixed(2)} s |`;
};
const [canonical, ...mutated] = passes;
const surprises = [
  ...canonical.outcomes
    .filter(({ result }) => result.outcome !== 'completed')
    .map(({ task, result }) => `- ${task}, canonical solution: ${result.error}`),
  ...mutated.flatMap((one) => passed(one).map(({ task }) => `- ${task}, ${one.what}: passes its tests`)),
];
const text = `# HumanEval in the sandbox

Written by \`npm run humaneval\` (needs \`PROFIT_TEST_DATA\`): the ${problems.length} problems of HumanEval, each with its own solution and with wrong ones, run in
[\`@profit-sft/python-sandbox\`](../../packages/python-sandbox/README.md) one after the other with the source's deadline of 3 s. ${cpus().length} cores with an average load of ${load}, this
included, Node ${process.versions.node}. Starting the sandbox took ${startSeconds.toFixed(1)} s.

| body of the function | passed | failed | of these by time | wall-clock time for each, with its interpreter's start | longest program |
| --- | --- | --- | --- | --- | --- |
${passes.map(line).join('\n')}

${surprises.length === 0 ? 'Every solution passes and every wrong body fails.' : `Other than expected:\n\n${surprises.join('\n')}`}
`;
await writeFile(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
console.log(`written: ${page}`);

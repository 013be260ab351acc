/** What launchers start, in this process: a grid whose runs are placed by a launcher of the test. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineLauncher, schema, type Registry } from '@profit-sft/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';
import type { AblateResult } from './ablate.js';

let folder: string;
/** What the ablation of `grid.json` in `whole` ended with. */
let whole: { code: number; out: string; error: string };
const at = (...names: string[]): string => join(folder, ...names);

const here = defineLauncher({
  name: 'here',
  description: 'runs in this process, one after the other',
  source: 'test',
  options: schema.object({}),
  create: () => ({
    plan: (jobs) => jobs.map(({ directory }) => `profit job ${directory}`),
    async launch(jobs, { onStart, onEnd }) {
      for (const job of jobs) {
        onStart(job);
        const { code } = await profit('job', job.directory);
        onEnd(job, code === 0 ? undefined : `ended with code ${code}`);
      }
    },
  }),
});
const registry = inProcessRegistry.extend({ launchers: [here] }) as unknown as Registry;

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, registry);
  return { code, out: texts.out, error: texts.error };
}
const ablate = (grid: string, out: string, ...args: string[]) =>
  profit('ablate', at(grid), '--out', at(out), '--launcher', 'here', ...args);

const run = {
  ...{ model: 'model', data: { train: 'train.jsonl', eval: 'eval.jsonl' }, steps: 1, batchSize: 4 },
  backend: { name: 'onnxruntime', process: false },
};
const heldOut = { evaluator: { name: 'perplexity' }, data: 'eval.jsonl', rows: 4 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-job-'));
  await writeTinyModel(at('model'), { layers: 1 });
  writeFileSync(at('train.jsonl'), sums(0, 12));
  writeFileSync(at('eval.jsonl'), sums(40, 6));
  writeFileSync(at('list.yaml'), '- sft\n');
  const axes = { masking: ['sft', 'profit'] };
  const write = (name: string, grid: object): void => writeFileSync(at(name), JSON.stringify(grid));
  write('grid.json', { run, axes, baseline: { masking: 'sft' }, evaluations: { heldOut } });
  write('absent-data.json', { run, axes: { 'data.train': ['train.jsonl', 'absent.jsonl'] }, attempts: 1 });
  const waiting = { masking: 'sft', learningRate: { result: 'no-such-metric', of: { rule: 'sft' } } };
  write('waiting.json', { run, axes: { rule: { sft: { masking: 'sft' }, waiting } }, attempts: 1 });
  write('list.json', { run: 'list.yaml', axes });
  write('unknown-evaluator.json', { run, axes, evaluations: { heldOut: { ...heldOut, evaluator: 'perplexiti' } } });
  write('unknown-option.json', {
    run,
    axes,
    evaluations: { heldOut: { ...heldOut, evaluator: { name: 'gsm8k', x: 1 } } },
  });
  whole = await ablate('grid.json', 'whole');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jobs = (out: string): string[] => readdirSync(at(out, 'runs')).map((hash) => at(out, 'runs', hash));
const read = (...names: string[]): unknown => JSON.parse(readFileSync(join(...names), 'utf8'));

test('a table for people, and what each run was made of', () => {
  const { code, out, error } = whole;
  expect(code, error).toBe(0);
  expect(out).toMatch(/^masking +heldOut\.meanNll +evalNll +keptFraction\n/);
  expect(out).toMatch(/^sft \(baseline\) +\d/m);
  expect(out).toMatch(/^profit +\d[\d.]* \([+−]/m);
  expect(error).toContain('2 of 3 runs finished');
  expect(error).toMatch(new RegExp(`\\nresults: ${at('whole', 'results.md')}, .csv, .json\\n$`));
  const trained = jobs('whole').map((directory) => read(directory, 'result.json') as { commands: string[] });
  for (const { commands } of trained.filter((result) => result.commands.length === 2)) {
    expect(commands[0]).toMatch(/^profit train .*run\.json --out .*training$/);
    expect(commands[1]).toMatch(
      /^profit eval --model .*training.model --evaluator perplexity --data .*eval\.jsonl --rows 4 --seed 0/,
    );
  }
});

test('a run that was killed after its evaluation does neither that nor its training again', async () => {
  const directory = jobs('whole').find((job) => readdirSync(job).includes('training')) as string;
  const before = read(directory, 'result.json') as { metrics: Record<string, number> };
  rmSync(join(directory, 'result.json'));
  const evaluation = join(directory, 'evaluations', 'heldOut.json');
  const times = () => [evaluation, join(directory, 'training', 'result.json')].map((file) => statSync(file).mtimeMs);
  const made = times();
  const { code, error } = await profit('job', directory);
  expect(code, error).toBe(0);
  expect(times()).toEqual(made);
  expect(read(directory, 'result.json')).toMatchObject({ metrics: before.metrics });

  // One that it was killed in is made again.
  rmSync(join(directory, 'result.json'));
  writeFileSync(evaluation, readFileSync(evaluation, 'utf8').slice(0, 20));
  expect((await profit('job', directory)).code).toBe(0);
  expect(read(directory, 'result.json')).toMatchObject({ metrics: before.metrics });
  expect(readdirSync(directory)).not.toContain('lock');
});

test('a run that fails is told with its reason and by the exit code; the others are in the table', async () => {
  const { code, out, error } = await ablate('absent-data.json', 'failed', '--json');
  expect(code).toBe(1);
  expect(error).toMatch(/^data\.train absent\.jsonl \([0-9a-f]{16}\): .*absent\.jsonl: does not exist/m);
  const { runs, table } = JSON.parse(out) as AblateResult;
  expect(runs.map(({ state }) => state)).toEqual(['finished', 'failed']);
  expect(table.rows).toHaveLength(1);
  const failed = jobs('failed').find((job) => readdirSync(job).includes('failure.json')) as string;
  // The code is that of the command that failed, which launchers and people see.
  expect((await profit('job', failed)).code).toBe(3);
  expect(read(failed, 'failure.json')).toMatchObject({ message: expect.stringContaining('does not exist') as string });
});

test('a run that needs a metric that another one does not have fails by name', async () => {
  const { code, error } = await ablate('waiting.json', 'waiting');
  expect(code).toBe(1);
  expect(error).toMatch(
    /^rule waiting \(.*\): the run [0-9a-f]{16}, whose no-such-metric this one needs, has no such result$/m,
  );
});

test('a directory that is no run’s is refused', async () => {
  const { code, error } = await profit('job', folder);
  expect(code).toBe(6);
  expect(error).toContain('has no specification.json: it is no run of an ablation');
});

test.each([
  ['list.json', /list\.yaml: expected an object of configuration keys/],
  ['unknown-evaluator.json', /masking sft: .*unknown evaluator "perplexiti"\. Did you mean "perplexity"\?/],
  ['unknown-option.json', /masking sft: .*evaluator "gsm8k": x: unknown key/],
])('%s is refused before anything starts', async (grid, message) => {
  const { code, error } = await ablate(grid, 'never');
  expect(code).toBe(2);
  expect(error).toMatch(message);
  expect(readdirSync(folder)).not.toContain('never');
});

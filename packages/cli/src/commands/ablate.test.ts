/** A grid run by the command itself, each run in a process of its own. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ablationTable, CachedFiles, readAblation, type AblationRecord } from '@profit-sft/experiments';
import { runProfit } from '../command-line/run-profit.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';
import type { AblateResult } from './ablate.js';

const program = fileURLToPath(new URL('../../bin/profit.js', import.meta.url));
const launcher = JSON.stringify({ name: 'local', concurrency: 2 });

let folder: string;
const at = (name: string): string => join(folder, name);

async function ablate(...args: string[]) {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(['ablate', ...args], terminal);
  return { code, out: texts.out, error: texts.error };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-ablate-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 40));
  writeFileSync(at('eval.jsonl'), sums(40, 10));
  writeFileSync(
    at('run.json'),
    JSON.stringify({
      model: 'model',
      data: { train: 'train.jsonl', eval: 'eval.jsonl' },
      backend: { name: 'onnxruntime', process: false },
      ...{ steps: 8, batchSize: 8, learningRate: 0.02, checkpointSteps: 1 },
    }),
  );
  const grid = {
    run: 'run.json',
    axes: {
      rule: {
        sft: { masking: 'sft' },
        profit: { masking: { name: 'profit', threshold: 0.1 } },
        'sft, rate by kept': {
          masking: 'sft',
          learningRate: { result: 'keptFraction', of: { rule: 'profit' }, times: 0.02, plus: 1e-6 },
        },
      },
      seed: [0, 1],
    },
    baseline: { rule: 'sft' },
    evaluations: { heldOut: { evaluator: 'perplexity', data: { name: 'file', path: 'eval.jsonl' } } },
  };
  writeFileSync(at('grid.json'), JSON.stringify(grid));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('killed in the middle and started again, it gives the table of one that was not', async () => {
  const whole = await ablate(at('grid.json'), '--out', at('whole'), '--launcher', launcher, '--json');
  expect(whole.code, whole.error).toBe(0);
  const { table, runs } = JSON.parse(whole.out) as AblateResult;
  expect(runs.map(({ state }) => state)).toEqual(Array(7).fill('finished'));
  expect(table.metrics).toEqual(['heldOut.meanNll', 'evalNll', 'keptFraction']);
  expect(table.rows.map(({ labels }) => labels.rule)).toEqual(['base', 'sft', 'profit', 'sft, rate by kept']);
  const [base, sft, profit, scaled] = table.rows.map(({ metrics }) => metrics);
  expect(base.keptFraction).toBeUndefined();
  expect(sft['heldOut.meanNll'].mean).toBeLessThan(base['heldOut.meanNll'].mean);
  expect(sft['heldOut.meanNll'].mean).toBeCloseTo(sft.evalNll.mean, 4);
  expect(profit.evalNll.difference).toMatchObject({ repeats: 2 });
  expect(scaled.evalNll.count).toBe(2);
  const scaledRun = runs.find(({ title }) => title === 'rule sft, rate by kept, seed 0') as { hash: string };
  const profitRun = runs.find(({ title }) => title === 'rule profit, seed 0') as { hash: string };
  const read = (hash: string, file: string) =>
    JSON.parse(readFileSync(join(at('whole'), 'runs', hash, file), 'utf8')) as Record<string, never>;
  const kept = (read(profitRun.hash, 'result.json').metrics as { keptFraction: number }).keptFraction;
  expect(read(scaledRun.hash, 'run.json').learningRate).toBe(kept * 0.02 + 1e-6);

  expect((read(profitRun.hash, 'result.json').commands as string[]).at(-1)).toContain(
    `--backend '{"name":"onnxruntime"`,
  );
  const record = JSON.parse(readFileSync(join(at('whole'), 'ablation.json'), 'utf8')) as AblationRecord;
  expect(record).toMatchObject({ repeats: 'seed', baseline: { rule: 'sft' }, metrics: [] });
  expect(record.runs.map(({ hash }) => hash)).toEqual(runs.map(({ hash }) => hash));
  const files = new CachedFiles();
  expect(ablationTable(at('whole'), readAblation(at('whole'), files), files)).toEqual(table);

  const child = spawn(process.execPath, [program, 'ablate', at('grid.json'), '--out', at('killed')], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const finished = (): number =>
    existsSync(join(at('killed'), 'runs'))
      ? readdirSync(join(at('killed'), 'runs')).filter((hash) =>
          existsSync(join(at('killed'), 'runs', hash, 'result.json')),
        ).length
      : 0;
  while (finished() < 2) await wait(20);
  child.kill('SIGKILL');
  await ended;
  const before = finished();
  expect(before).toBeLessThan(7);
  const resumed = await ablate(at('grid.json'), '--out', at('killed'), '--launcher', launcher, '--json');
  expect(resumed.code, resumed.error).toBe(0);
  expect((JSON.parse(resumed.out) as AblateResult).table).toEqual(table);
  expect(readFileSync(join(at('killed'), 'results.md'))).toEqual(readFileSync(join(at('whole'), 'results.md')));
}, 180_000);

test('the plan starts nothing', async () => {
  const { code, out } = await ablate(at('grid.json'), '--out', at('planned'), '--plan');
  expect(code).toBe(0);
  expect(out.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(7);
  expect(out).toContain(`${program} job ${join(at('planned'), 'runs')}`);
  expect(existsSync(at('planned'))).toBe(false);
});

test('a configuration that no attempt could run is refused before anything starts', async () => {
  const grid = { run: 'run.json', axes: { 'masking.threshold': [0.1, 7] } };
  writeFileSync(at('wrong.json'), JSON.stringify(grid));
  const { code, error } = await ablate(at('wrong.json'), '--out', at('wrong'));
  expect(code).toBe(2);
  expect(error).toMatch(/masking\.threshold 7: .*threshold.*got 7/s);
  expect(existsSync(at('wrong'))).toBe(false);
});

/** `profit ablate` on a real cluster, interrupted and killed while its jobs run. */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../testing-model/tiny-model.js';
import type { AblateResult } from './ablate.js';

const program = fileURLToPath(new URL('../../bin/profit.js', import.meta.url));
const address = process.env.PROFIT_RAY ?? '';

function slurmAnswers(): boolean {
  try {
    return /idle|mix|alloc/.test(
      execFileSync('sinfo', ['--noheader', '--format=%T'], { stdio: 'pipe', timeout: 10_000 }).toString(),
    );
  } catch {
    return false;
  }
}

interface Cluster {
  readonly name: string;
  /** Why its tests are skipped. */
  readonly missing: string;
  readonly launcher: string;
  /** What is waiting or running of an ablation's directory. */
  queue(root: string): Promise<readonly string[]>;
}

const clusters: readonly Cluster[] = [
  {
    name: 'SLURM',
    missing: slurmAnswers() ? '' : 'no SLURM cluster answers; tools/clusters/start-slurm.sh starts one',
    launcher: JSON.stringify({ name: 'slurm', concurrency: 2, pollSeconds: 0.5 }),
    queue(root) {
      const name = `profit-${createHash('sha256').update(root).digest('hex').slice(0, 8)}`;
      const lines = execFileSync('squeue', ['--noheader', '--array', `--name=${name}`, '--format=%i %T']).toString();
      return Promise.resolve(lines.split('\n').filter((line) => line !== ''));
    },
  },
  {
    name: 'Ray',
    missing: address === '' ? 'PROFIT_RAY names no head node, e.g. http://127.0.0.1:8265' : '',
    launcher: JSON.stringify({ name: 'ray', address, concurrency: 2, pollSeconds: 0.5 }),
    async queue(root) {
      const jobs = (await (await fetch(`${address}/api/jobs/`)).json()) as { status: string; entrypoint: string }[];
      const open = jobs.filter(({ status }) => ['PENDING', 'RUNNING'].includes(status));
      return open.map(({ entrypoint }) => entrypoint).filter((line) => line.includes(root));
    },
  },
];

let folder: string;
let whole: AblateResult;
const at = (name: string): string => join(folder, name);

async function ablate(out: string, launcher: string): Promise<AblateResult> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(['ablate', at('grid.json'), '--out', out, '--launcher', launcher, '--json'], terminal);
  expect(code, texts.error).toBe(0);
  return JSON.parse(texts.out) as AblateResult;
}

beforeAll(async () => {
  if (clusters.every(({ missing }) => missing !== '')) return;
  folder = mkdtempSync(join(tmpdir(), 'profit-cluster-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 40));
  writeFileSync(at('eval.jsonl'), sums(40, 10));
  const run = {
    model: 'model',
    data: { train: 'train.jsonl', eval: 'eval.jsonl' },
    ...{ steps: 150, batchSize: 8, learningRate: 0.02, checkpointSteps: 10 },
  };
  const rule = { sft: { masking: 'sft' }, profit: { masking: { name: 'profit', threshold: 0.1 } } };
  const grid = { run, axes: { rule, seed: [0, 1] }, baseline: { rule: 'sft' } };
  writeFileSync(at('grid.json'), JSON.stringify(grid));
  whole = await ablate(at('whole'), JSON.stringify({ name: 'local', concurrency: 2 }));
}, 300_000);
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** The log of each run's training. */
function events(root: string): { readonly type: string }[][] {
  const runs = join(root, 'runs');
  return (existsSync(runs) ? readdirSync(runs) : [])
    .map((hash) => join(runs, hash, 'training/events.jsonl'))
    .filter((file) => existsSync(file))
    .map((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { type: string }),
    );
}

/** Starts the command and sends it a signal as soon as two runs have taken a step; its exit code. */
async function signalled(root: string, launcher: string, signal: NodeJS.Signals): Promise<number | null> {
  const child = spawn(process.execPath, [program, 'ablate', at('grid.json'), '--out', root, '--launcher', launcher], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const trainingNow = (): number => events(root).filter((log) => log.some(({ type }) => type === 'step')).length;
  while (trainingNow() < 2 && child.exitCode === null) await wait(50);
  child.kill(signal);
  return ended;
}

describe.each(clusters)('on $name', ({ missing, launcher, queue }) => {
  const skipped = missing === '' ? '' : ` (skipped: ${missing})`;

  test.skipIf(missing !== '')(
    `Ctrl-C leaves checkpoints and nothing in the queue; started again it ends with the same table${skipped}`,
    async () => {
      const root = at(`interrupted-${launcher.length}`);
      expect(await signalled(root, launcher, 'SIGINT')).toBe(130);
      expect(await queue(root)).toEqual([]);
      const logs = events(root);
      expect(logs.map((log) => log.at(-1))).toEqual(logs.map(() => expect.objectContaining({ status: 'interrupted' })));
      expect((await ablate(root, launcher)).table).toEqual(whole.table);
      expect(events(root).filter((log) => log.some(({ type }) => type === 'resume'))).toHaveLength(logs.length);
    },
    600_000,
  );

  test.skipIf(missing !== '')(
    `killed while its jobs go on, and started again, it runs nothing twice${skipped}`,
    async () => {
      const root = at(`killed-${launcher.length}`);
      expect(await signalled(root, launcher, 'SIGKILL')).toBeNull();
      expect((await queue(root)).length).toBeGreaterThan(0);
      expect((await ablate(root, launcher)).table).toEqual(whole.table);
      expect(await queue(root)).toEqual([]);
      const logs = events(root);
      expect(logs).toHaveLength(4);
      for (const log of logs) {
        // Neither started nor gone on with by a second process.
        expect(log.filter(({ type }) => ['start', 'resume'].includes(type))).toHaveLength(1);
        expect(log.filter(({ type }) => type === 'step')).toHaveLength(150);
      }
    },
    600_000,
  );
});

import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sums, writeTinyModel } from './testing-model/tiny-model.js';

const command = fileURLToPath(new URL('../bin/profit.js', import.meta.url));
let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-main-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 80));
  const config = { model: 'model', data: { train: 'train.jsonl' }, steps: 150, learningRate: 0.01, seed: 3 };
  writeFileSync(at('run.json'), JSON.stringify(config));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const profit = (args: string[], environment: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });

function start(args: string[]): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<{ code: number | null; error: string }>;
  until(text: RegExp): Promise<void>;
} {
  // In a group of its own, to which a signal can be sent as a terminal does.
  const child = spawn(process.execPath, [command, ...args], { cwd: folder, detached: true });
  let error = '';
  const waiting = new Set<() => void>();
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    error += chunk;
    for (const check of waiting) check();
  });
  const ended = new Promise<{ code: number | null; error: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, error }));
  });
  const until = (text: RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => void (text.test(error) && resolve());
      waiting.add(check);
      void ended.then(({ code }) => reject(new Error(`ended with ${code} before ${text}: ${error}`)));
      check();
    });
  return { child, ended, until };
}

describe('the command', () => {
  test('runs from the sources, without a build, from any folder', () => {
    const { version } = JSON.parse(
      readFileSync(fileURLToPath(new URL('../package.json', import.meta.url)), 'utf8'),
    ) as { version: string };
    expect(profit(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  test('help goes to stdout, usage errors to stderr with exit code 2', () => {
    expect(profit(['--help']).stdout).toMatch(/Usage: profit .*train.*eval.*generate.*inspect.*list.*doctor/s);
    expect(profit(['no-such'])).toMatchObject({ status: 2, stdout: '' });
  });

  test('paths of the command line start from the working directory; NO_COLOR wins over FORCE_COLOR', () => {
    const args = ['inspect', '--model', 'model', '--data', 'train.jsonl', '--rows', '1'];
    expect(profit(args, { FORCE_COLOR: '1', NO_COLOR: '' }).stdout).toContain('\u001b[');
    expect(profit(args, { FORCE_COLOR: '1', NO_COLOR: '1' }).stdout).not.toContain('\u001b');
    expect(profit(args).stdout).not.toContain('\u001b');
  });

  test('a reader that goes away early is no failure', async () => {
    const child = spawn(process.execPath, [command, 'list'], { cwd: folder });
    child.stdout.destroy();
    let error = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (error += chunk));
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, error]).toEqual([0, '']);
  });
});

test('Ctrl-C finishes the step, writes a checkpoint and exits with 130; --resume ends where the unbroken run ends', async () => {
  const unbroken = start(['train', 'run.json', '--out', 'unbroken', '--json']);
  expect(await unbroken.ended).toMatchObject({ code: 0 });

  const { child, ended, until } = start(['train', 'run.json', '--out', 'broken', '--json']);
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  await until(/step 1\/150/);
  // The model's process hears it, too, and has to leave it to the trainer.
  process.kill(-(child.pid as number), 'SIGINT');
  const { code, error } = await ended;
  expect([code, out]).toEqual([130, '']);
  expect(error).toMatch(/profit: stopped after step \d+ of 150; a checkpoint is in/);
  expect(readdirSync(at('broken/checkpoints'))).toHaveLength(1);
  expect(readdirSync(at('broken'))).not.toContain('result.json');

  const resumed = profit(['train', 'run.json', '--out', 'broken', '--resume', '--json']);
  expect(resumed.status, resumed.stderr).toBe(0);
  expect(resumed.stderr).toMatch(/resumed at step \d+/);
  expect(JSON.parse(resumed.stdout)).toMatchObject({ status: 'completed', steps: 150 });
  const weights = (run: string): Buffer => readFileSync(at(`${run}/model/model.safetensors`));
  expect(weights('broken').equals(weights('unbroken'))).toBe(true);
});

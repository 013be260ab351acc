import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { gsm8k } from '../mathematics/gsm8k.js';
import { killedOptions, killedRows } from '../testing-model/killed-evaluation.js';
import { temporaryFolder } from '../testing-model/temporary-folder.js';
import { writingContext } from '../testing-model/writing-model.js';

const at = temporaryFolder();
const script = fileURLToPath(new URL('../testing-model/killed-answers.ts', import.meta.url));
const packageDirectory = fileURLToPath(new URL('../..', import.meta.url));

function killedProcess(file: string, killedAt: number): NodeJS.Signals | null {
  const conditions = ['--import', 'tsx', '--conditions=@profit-sft/source'];
  const { signal, stderr } = spawnSync(process.execPath, [...conditions, script, file, String(killedAt)], {
    cwd: packageDirectory,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(stderr).toBe('');
  return signal;
}

test('killed with SIGKILL and started again, an evaluation ends as one that was not, and repeats no answer', async () => {
  const whole = await gsm8k(killedOptions).evaluate(writingContext(killedRows).context);
  expect(whole.items).toHaveLength(30);
  const file = at('answers.jsonl');
  expect(killedProcess(file, 8)).toBe('SIGKILL');
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1 + 7 + 1);
  expect(killedProcess(file, 12)).toBe('SIGKILL');
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(1 + 7 + 11 + 1);

  const answers = { file, model: 'writing model' };
  const { context, calls } = writingContext(killedRows, {}, { answers });
  expect(await gsm8k(killedOptions).evaluate(context)).toEqual(whole);
  expect(calls.map(({ prompts }) => prompts.length)).toEqual([30 - 18]);
}, 60_000);

test('a file that another process writes is refused and left as it is; after that process was killed it is gone on with', async () => {
  const file = at('shared.jsonl');
  const answers = { file, model: 'writing model' };
  const conditions = ['--import', 'tsx', '--conditions=@profit-sft/source'];
  const child = spawn(process.execPath, [...conditions, script, file, '8', 'waits'], {
    cwd: packageDirectory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const before = readFileSync(file);
    const { context, calls } = writingContext(killedRows, {}, { answers });
    await expect(gsm8k(killedOptions).evaluate(context)).rejects.toThrow(
      new RegExp(`shared\\.jsonl: is in use by process ${child.pid} on \\S+\\. Wait until it has ended, or end it$`),
    );
    expect(calls).toEqual([]);
    expect(readFileSync(file)).toEqual(before);
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  const { context, calls } = writingContext(killedRows, {}, { answers });
  await gsm8k(killedOptions).evaluate(context);
  expect(calls.map(({ prompts }) => prompts.length)).toEqual([30 - 7]);
  expect(existsSync(`${file}.lock`)).toBe(false);
}, 60_000);

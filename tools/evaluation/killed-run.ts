import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { EvalResult } from '@profit-sft/cli';
import { gsm8kColumns, gsm8kFile, gsm8kOptions, storiesModel } from './stories-evaluation.js';

const command = fileURLToPath(new URL('../../packages/cli/bin/profit.js', import.meta.url));

const evalArguments = (answers: string): string[] => [
  'eval',
  ...['--model', storiesModel, '--evaluator', 'gsm8k', '--answers', answers, '--json'],
  ...['--data', JSON.stringify({ name: 'file', path: gsm8kFile, columns: gsm8kColumns })],
  ...Object.entries(gsm8kOptions).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
];

/** Answers in a file: its lines but the header. */
function answersIn(file: string): number {
  return existsSync(file) ? Math.max(0, readFileSync(file, 'utf8').split('\n').length - 2) : 0;
}

/** Runs `profit eval`; kills it with SIGKILL once the file holds so many answers. */
async function profitEval(answers: string, killAt = Infinity): Promise<EvalResult | undefined> {
  const child = spawn(process.execPath, [command, ...evalArguments(answers)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  let ended = false;
  const end = new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_, signal) => {
      ended = true;
      resolve(signal);
    });
  });
  while (!ended && killAt !== Infinity) {
    if (answersIn(answers) >= killAt) {
      child.kill('SIGKILL');
      break;
    }
    await delay(20);
  }
  return (await end) === null ? (JSON.parse(out) as EvalResult) : undefined;
}

/** What came of a run that was killed and started again. */
export interface KilledRun {
  /** Answers in the file when the run was killed. */
  readonly kept: number;
  /** Answers in the file at the end, each row once. */
  readonly answers: number;
  readonly result: EvalResult;
}

/** A pass over GSM8K with `profit eval --answers`, killed once half of it is written, and started again. */
export async function killedRun(answers: string, killAt: number): Promise<KilledRun> {
  const before = await profitEval(answers, killAt);
  if (before !== undefined) throw new Error(`the run ended before ${killAt} answers were written`);
  const kept = answersIn(answers);
  const result = await profitEval(answers);
  if (result === undefined) throw new Error('the run that went on was killed too');
  return { kept, answers: answersIn(answers), result };
}

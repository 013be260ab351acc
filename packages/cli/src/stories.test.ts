import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const sharedData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const command = fileURLToPath(new URL('../bin/profit.js', import.meta.url));

interface Instruction {
  readonly instruction: string;
  readonly input: string;
  readonly output: string;
}

interface Result {
  readonly status: string;
  readonly steps: number;
  readonly metrics: {
    readonly evalNllBefore: number;
    readonly evalNll: number;
    readonly evalObjectiveBefore: number;
    readonly evalObjective: number;
  };
  readonly model: string;
}

describe.skipIf(!existsSync(join(sharedData, 'models')))(
  'stories260K on 1,000 instructions (skipped where PROFIT_TEST_DATA is absent)',
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'profit-stories-'));
      const source = join(sharedData, 'sft/rasbt_instruct/instruction-data.json');
      const rows = (JSON.parse(readFileSync(source, 'utf8')) as Instruction[]).map(({ instruction, input, output }) =>
        JSON.stringify({
          prompt: `${[instruction, input].filter((text) => text !== '').join('\n')}\n`,
          completion: output,
        }),
      );
      writeFileSync(join(folder, 'train.jsonl'), rows.slice(0, 1000).join('\n'));
      writeFileSync(join(folder, 'eval.jsonl'), rows.slice(1000, 1032).join('\n'));
      writeFileSync(join(folder, 'few.jsonl'), rows.slice(1000, 1008).join('\n'));
      const config = {
        model: join(sharedData, 'models/stories260K/hf'),
        data: { train: 'train.jsonl', eval: 'eval.jsonl' },
        masking: { name: 'profit', threshold: 0.1 },
        epochs: 1,
        batchSize: 8,
        learningRate: 0.001,
        seed: 1,
      };
      writeFileSync(join(folder, 'run.json'), JSON.stringify(config));
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const profit = (...args: string[]) =>
      spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: 'utf8', timeout: 120_000 });

    // One epoch is 125 steps.
    test.each([
      ['profit', 125],
      ['sft', 12],
      ['dft', 12],
    ])(
      '%s lowers in %i steps what it minimises, reports the plain NLL, and its model opens again to the same NLL',
      (rule, steps) => {
        const length = steps === 125 ? [] : ['--set', 'epochs=null', '--set', `steps=${steps}`];
        const trained = profit('train', 'run.json', '--set', `masking=${rule}`, ...length, '--out', rule, '--json');
        expect(trained.status, trained.stderr).toBe(0);
        const result = JSON.parse(trained.stdout) as Result;
        expect(result).toMatchObject({ status: 'completed', steps });
        const { metrics } = result;
        expect(metrics.evalObjective).toBeLessThan(metrics.evalObjectiveBefore);
        if (rule === 'sft') expect(metrics.evalNll).toBeLessThan(metrics.evalNllBefore);
        expect(Number.isFinite(metrics.evalNll)).toBe(true);

        const evaluated = profit(
          'eval',
          '--model',
          result.model,
          '--evaluator',
          'perplexity',
          '--data',
          'eval.jsonl',
          '--json',
        );
        expect(evaluated.status, evaluated.stderr).toBe(0);
        const { metrics: again } = JSON.parse(evaluated.stdout) as { metrics: { meanNll: number } };
        expect(Math.abs(again.meanNll - metrics.evalNll)).toBeLessThan(1e-5);
      },
      120_000,
    );

    // Between two checkpoints; tools/faults kills while files change.
    test('killed with SIGKILL and resumed, it ends with the bytes of the unbroken run', async () => {
      const settings = ['--set', 'epochs=null', '--set', 'steps=12', '--set', 'checkpointSteps=3'];
      settings.push('--set', 'data.eval=few.jsonl', '--json');
      expect(profit('train', 'run.json', '--out', 'unbroken', ...settings).status).toBe(0);
      const weights = (run: string): Buffer => readFileSync(join(folder, run, 'model/model.safetensors'));

      const directory = join(folder, 'killed');
      const child = spawn(process.execPath, [command, 'train', 'run.json', '--out', 'killed', ...settings], {
        cwd: folder,
      });
      const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('close', (_, signal) => resolve(signal)));
      const watch = setInterval(() => {
        if (steps(directory) >= 7) child.kill('SIGKILL');
      }, 1);
      const signal = await ended;
      clearInterval(watch);
      expect(signal).toBe('SIGKILL');
      expect(existsSync(join(directory, 'result.json'))).toBe(false);
      const resumed = profit('train', 'run.json', '--out', 'killed', '--resume', ...settings);
      expect(resumed.status, resumed.stderr).toBe(0);
      expect(weights('killed').equals(weights('unbroken'))).toBe(true);
    }, 120_000);
  },
);

function steps(directory: string): number {
  try {
    return readFileSync(join(directory, 'events.jsonl'), 'utf8').split('"type":"step"').length - 1;
  } catch {
    return 0;
  }
}

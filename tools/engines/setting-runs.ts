import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProfit, type Terminal } from '@profit-sft/cli';
import type { StepEvent } from '@profit-sft/core';
import type { Engine } from './engines.js';
import type { Setting } from './settings.js';

export interface EngineRun {
  readonly losses: readonly StepEvent[];
  /** Metrics of the evaluator `perplexity` on the trained model. */
  readonly evaluation: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Runs of one configuration by the command `profit` itself, of which nothing but the key `backend` differs. */
export class SettingRuns {
  private readonly folder = mkdtempSync(join(tmpdir(), 'profit-engines-'));

  constructor(
    setting: Setting,
    readonly steps = 20,
  ) {
    for (const [name, rows] of Object.entries(setting.rows())) {
      writeFileSync(join(this.folder, `${name}.jsonl`), rows.map((row) => JSON.stringify(row)).join('\n'));
    }
    const config = {
      model: setting.model,
      data: { train: 'train.jsonl', eval: 'evaluation.jsonl' },
      masking: { name: 'profit', threshold: 0.1 },
      ...{ steps, batchSize: 1, learningRate: 0.0005, seed: 1 },
    };
    writeFileSync(join(this.folder, 'run.json'), JSON.stringify(config));
  }

  /** Trains, and evaluates what came of it, on the same engine. */
  async on({ backend }: Engine): Promise<EngineRun> {
    const start = performance.now();
    const run = mkdtempSync(join(this.folder, `${backend.name}-`));
    const named = JSON.stringify(backend);
    const { model } = (await profit(
      ...['train', join(this.folder, 'run.json'), '--set', `backend=${named}`, '--out', join(run, 'out')],
    )) as { model: string };
    const seconds = (performance.now() - start) / 1000;
    const { metrics } = (await profit(
      ...['eval', '--model', model, '--evaluator', 'perplexity'],
      ...['--data', join(this.folder, 'evaluation.jsonl'), '--backend', named],
    )) as { metrics: Record<string, number> };
    const events = readFileSync(join(run, 'out/events.jsonl'), 'utf8').trim().split('\n');
    const losses = events.map((line) => JSON.parse(line) as StepEvent).filter(({ type }) => type === 'step');
    return { losses, evaluation: metrics, seconds };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function profit(...args: string[]): Promise<unknown> {
  const texts = { out: '', error: '' };
  const stream = (name: keyof typeof texts): Terminal['out'] => ({
    write: (text) => void (texts[name] += text),
    ...{ interactive: false, colours: false, columns: 200 },
  });
  const code = await runProfit([...args, '--json'], { out: stream('out'), error: stream('error') });
  if (code !== 0) throw new Error(`profit ${args[0]} ended with ${code}: ${texts.error}`);
  return JSON.parse(texts.out);
}

export interface Difference {
  /** Largest difference of an objective or a plain NLL of a step, nats per token. */
  readonly loss: number;
  /** Steps in which another share of the tokens was kept. */
  readonly otherMasks: number;
  /** Of the final evaluation's mean NLL. */
  readonly evaluation: number;
}

export function differenceOf(run: EngineRun, expected: EngineRun): Difference {
  if (run.losses.length !== expected.losses.length) {
    throw new Error(`${run.losses.length} steps, expected ${expected.losses.length}`);
  }
  const ofSteps = run.losses.map(({ objective, meanNll }, index) => {
    const wanted = expected.losses[index];
    return Math.max(Math.abs(objective - wanted.objective), Math.abs(meanNll - wanted.meanNll));
  });
  return {
    loss: Math.max(...ofSteps),
    otherMasks: run.losses.filter(({ keptFraction }, index) => keptFraction !== expected.losses[index].keptFraction)
      .length,
    evaluation: Math.abs(run.evaluation.meanNll - expected.evaluation.meanNll),
  };
}

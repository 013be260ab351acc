/**
 * npm run bench: speed and memory of training steps as ratios within one process, medians of interleaved runs.
 * `--json FILE` also writes the figures. Each row can be run alone: npm run bench -- rate | head | head-all | weighing | memory.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { OnnxModel } from '@profit-sft/backend-onnxruntime';
import { modelSignalNames, type ModelSignalName, type TokenBatch } from '@profit-sft/core';
import { profit, sft } from '@profit-sft/masking';
import { matmulMeter } from './matmul-rate.js';
import { median } from './median.js';
import type { MemoryFigures } from './peak-memory.js';
import { stepFlops } from './program-flops.js';
import { defaultOptions, randomBatch, randomModel } from './random-model.js';
import { llama15M, smolLm2 } from './shapes.js';
import { trainingStep } from './training-step.js';
import { everySignal, weighingCosts } from './weighing-cost.js';

interface Row {
  readonly what: string;
  readonly measured: number;
  readonly asked: string;
  readonly holds: boolean;
  readonly detail: string;
  readonly command: string;
}

const runs = 5;
const optionalSignals = modelSignalNames.filter((name) => name !== 'logProb');
const options = defaultOptions;

/** Executed floating-point rate of a SmolLM2-135M-shaped step over the machine's 1024³ matrix-product rate. */
async function rateRow(): Promise<Row> {
  const model = randomModel(smolLm2, options);
  const batch = randomBatch(smolLm2, 1, 512);
  const scored = batch.scored.length;
  const { activationMemoryBytes } = options;
  const flops = stepFlops(smolLm2, { batch, kept: scored, activationMemoryBytes });
  const meter = await matmulMeter(1024);
  await trainingStep(model, batch, sft());
  const rates: number[] = [];
  const seconds: number[] = [];
  const ratios: number[] = [];
  for (let i = 0; i < runs; i++) {
    const before = await meter();
    const time = await trainingStep(model, batch, sft());
    const rate = (before + (await meter())) / 2;
    rates.push(rate);
    seconds.push(time);
    ratios.push(flops / time / rate);
  }
  await model.dispose();
  const measured = median(ratios);
  return {
    what: 'executed rate of a training step / 1024³ matrix product, SmolLM2-135M shape, 512 tokens',
    measured,
    asked: '≥ 0.75',
    holds: measured >= 0.75,
    detail:
      `${(512 / median(seconds)).toFixed(0)} tokens/s, ${(flops / median(seconds) / 1e9).toFixed(0)} GFLOP/s ` +
      `of ${(median(rates) / 1e9).toFixed(0)}; ratios ${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}`,
    command: 'npm run bench -- rate',
  };
}

/**
 * A profit step that keeps 30 % of all tokens against a dense-head sft step, which computes the head of every token.
 * `response` is the share of each row's tokens that are scored; the rest is prompt. The limit is the ratio of the two steps'
 * matrix products: what is left to gain shrinks as more tokens are scored, since each needs the head's forward pass.
 */
async function headRow(
  response: number,
  asked: number | 'most of the limit',
  what: string,
  command: string,
): Promise<Row> {
  const [rows, columns] = [4, 256];
  const model = randomModel(llama15M, options);
  const dense = randomBatch(llama15M, rows, columns);
  const scored = randomBatch(llama15M, rows, columns, response);
  const probabilities = (await model.score(scored)).logProb.slice().sort();
  const kept = Math.round(0.3 * rows * columns);
  const { activationMemoryBytes } = options;
  const limit =
    stepFlops(llama15M, { batch: dense, kept: dense.scored.length, activationMemoryBytes }) /
    stepFlops(llama15M, { batch: scored, kept, activationMemoryBytes });
  const least = asked === 'most of the limit' ? 0.9 * limit : asked;
  const threshold = Math.exp(probabilities[probabilities.length - 1 - kept]);
  const steps = {
    sft: () => trainingStep(model, dense, sft()),
    profit: () => trainingStep(model, scored, profit({ threshold })),
  };
  for (const step of Object.values(steps)) await step();
  const times: Record<keyof typeof steps, number[]> = { sft: [], profit: [] };
  const ratios: number[] = [];
  for (let i = 0; i < runs; i++) {
    times.sft.push(await steps.sft());
    times.profit.push(await steps.profit());
    ratios.push(times.sft[i] / times.profit[i]);
  }
  await model.dispose();
  const measured = median(ratios);
  const rate = (seconds: number[]): string => `${((rows * columns) / median(seconds)).toFixed(0)} tokens/s`;
  return {
    what: `profit keeping 30 % of the tokens / dense-head sft, 15M shape, vocabulary 32,000, 4 × 256 tokens, ${what}`,
    measured,
    asked: `≥ ${least.toFixed(2)}`,
    holds: measured >= least,
    detail:
      `of ${limit.toFixed(2)} if only matrix products cost; sft ${rate(times.sft)}, profit ${rate(times.profit)}; ` +
      `ratios ${ratios.map((r) => r.toFixed(2)).join(' ')}`,
    command,
  };
}

/** The slowest rule's own arithmetic, and the most that computing the optional signals adds to a pass, as shares of a whole step. */
async function weighingRow(): Promise<Row> {
  const model = randomModel(smolLm2, options);
  const batch = randomBatch(smolLm2, 1, 513);
  await trainingStep(model, batch, sft());
  const steps: number[] = [];
  const signalShares: Record<string, number[]> = Object.fromEntries(optionalSignals.map((name) => [name, []]));
  for (let i = 0; i < runs; i++) {
    const step = await trainingStep(model, batch, sft());
    steps.push(step);
    const plain = await scoringTime(model, batch, []);
    for (const name of optionalSignals)
      signalShares[name].push(((await scoringTime(model, batch, [name])) - plain) / step);
  }
  const costs = weighingCosts(everySignal(await model.score(batch)));
  await model.dispose();
  const step = median(steps);
  const slowest = costs.reduce((a, b) => (b.seconds > a.seconds ? b : a));
  const measured = slowest.seconds / step;
  const signals = optionalSignals.map((name) => `${name} ${(100 * median(signalShares[name])).toFixed(1)} %`);
  return {
    what: `time of the slowest of ${costs.length} rules’ weighing / a training step, SmolLM2-135M shape, 512 response tokens`,
    measured,
    asked: '≤ 0.01',
    holds: measured <= 0.01,
    detail:
      `${slowest.rule} ${(1e6 * slowest.seconds).toFixed(0)} µs of ${(1000 * step).toFixed(0)} ms; ` +
      `signals beside log p add to the step: ${signals.join(', ')}`,
    command: 'npm run bench -- weighing',
  };
}

async function scoringTime(model: OnnxModel, batch: TokenBatch, needs: readonly ModelSignalName[]): Promise<number> {
  const start = performance.now();
  await model.score(batch, needs);
  return (performance.now() - start) / 1000;
}

/** Peak resident memory of a process that only trains, over what has to be in memory. */
function memoryRow(): Row {
  const child = fileURLToPath(new URL('./peak-memory.ts', import.meta.url));
  const output = execFileSync(process.execPath, [...process.execArgv, child], { encoding: 'utf8' });
  const { peak, needed } = JSON.parse(output) as MemoryFigures;
  const measured = peak / needed;
  return {
    what: 'peak memory / (weights + gradients + two moments + one layer’s activations + layer inputs), SmolLM2-135M shape, 512 tokens',
    measured,
    asked: '≤ 1.3',
    holds: measured <= 1.3,
    detail: `${(peak / 2 ** 20).toFixed(0)} MiB of ${(needed / 2 ** 20).toFixed(0)} MiB`,
    command: 'npm run bench -- memory',
  };
}

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true });
const rows = {
  rate: rateRow,
  head: () => headRow(0.5, 1.4, 'half of them prompt', 'npm run bench -- head'),
  'head-all': () => headRow(1, 'most of the limit', 'all of them response', 'npm run bench -- head-all'),
  weighing: weighingRow,
  memory: memoryRow,
};
const chosen = positionals.length > 0 ? positionals : Object.keys(rows);
for (const name of chosen) {
  if (!Object.hasOwn(rows, name)) {
    console.error(`unknown row "${name}"; there are: ${Object.keys(rows).join(', ')}`);
    process.exit(2);
  }
}
const machine = `${availableParallelism()} cores, ${cpus()[0].model}, Node ${process.version}`;
console.log(`${machine}; medians of ${runs}`);
const results: Row[] = [];
for (const name of chosen) {
  const row = await rows[name as keyof typeof rows]();
  results.push(row);
  console.log(
    `\n${row.what}\n  ${row.measured.toPrecision(3)} (asked: ${row.asked}${row.holds ? '' : ', MISSED'})  ${row.detail}\n  ${row.command}`,
  );
}
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine, date: new Date().toISOString(), results }, null, 2)}\n`);
}
process.exitCode = results.every((row) => row.holds) ? 0 : 1;

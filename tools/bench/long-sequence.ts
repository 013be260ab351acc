/** npm run bench:long: one training step of the SmolLM2-135M shape for growing sequences, a process each: time and peak memory. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { sft } from '@profit-sft/masking';
import { stepFlops } from './program-flops.js';
import { defaultOptions, randomBatch, randomModel } from './random-model.js';
import { smolLm2 } from './shapes.js';
import { trainingStep } from './training-step.js';
import { restartWithAllocator } from './with-allocator.js';

restartWithAllocator();

const [tokens] = process.argv.slice(2).map(Number);
if (tokens === undefined) {
  console.log('tokens  seconds  tokens/s  GFLOP/s  peak MiB');
  for (const length of [512, 2048, 4096, 8192]) {
    const child = [...process.execArgv, fileURLToPath(import.meta.url), String(length)];
    process.stdout.write(execFileSync(process.execPath, child, { encoding: 'utf8' }));
  }
} else {
  const model = randomModel(smolLm2, defaultOptions);
  const batch = randomBatch(smolLm2, 1, tokens);
  await trainingStep(model, randomBatch(smolLm2, 1, 64), sft());
  const seconds = await trainingStep(model, batch, sft());
  const { activationMemoryBytes, headMemoryBytes } = defaultOptions;
  const scored = batch.scored.length;
  const flops = stepFlops(smolLm2, {
    ...{ batch: 1, sequence: tokens, scored, kept: scored },
    ...{ activationMemoryBytes, headMemoryBytes },
  });
  const peak = process.resourceUsage().maxRSS / 1024;
  const figures = [
    tokens,
    seconds.toFixed(1),
    (tokens / seconds).toFixed(0),
    (flops / seconds / 1e9).toFixed(0),
    peak.toFixed(0),
  ];
  console.log(figures.join('  '));
  await model.dispose();
}

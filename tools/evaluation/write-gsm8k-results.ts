/** npm run gsm8k: writes docs/results/gsm8k-stories.md. Needs PROFIT_TEST_DATA; takes about three minutes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EvaluationResult } from '@profit-sft/core';
import { format, resolveConfig } from 'prettier';
import { machineText, thisMachine } from '../bench/machine.js';
import { gsm8kPage } from './gsm8k-page.js';
import { killedRun } from './killed-run.js';
import { openStories } from './stories-evaluation.js';
import { rate, throughputRound, type ThroughputRound } from './throughput.js';

const rounds = 3;
const page = fileURLToPath(new URL('../../docs/results/gsm8k-stories.md', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'profit-gsm8k-'));
try {
  const stories = await openStories();
  const measured: ThroughputRound[] = [];
  let result: EvaluationResult | undefined;
  for (let round = 0; round < rounds; round++) {
    const { result: ofRound, ...figures } = await throughputRound(stories, join(folder, `round-${round}.jsonl`));
    result ??= ofRound;
    measured.push(figures);
    const { evaluation, samePrompts, decoding } = figures;
    console.log(
      `round ${round + 1}: ${[evaluation, samePrompts, decoding].map((one) => rate(one).toFixed(0)).join(', ')} tokens/s`,
    );
  }
  await stories.model.dispose();
  const whole = result as EvaluationResult;
  const killed = await killedRun(join(folder, 'killed.jsonl'), whole.items.length / 3);
  const differing = whole.items.filter(({ text }, index) => killed.result.items[index].text !== text).length;
  const figures = { machine: machineText(await thisMachine()), rounds: measured, result: whole, killed, differing };
  await writeFile(page, await format(gsm8kPage(figures), { ...(await resolveConfig(page)), parser: 'markdown' }));
  console.log(`written: ${page}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

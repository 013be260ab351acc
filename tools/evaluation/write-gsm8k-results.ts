/** npm run gsm8k: writes docs/results/gsm8k-stories.md. Needs PROFIT_TEST_DATA; takes two to three minutes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { machineText, thisMachine } from '../bench/machine.js';
import { gsm8kPage } from './gsm8k-page.js';
import { killedRun } from './killed-run.js';
import { evaluateGsm8k, openStories } from './stories-evaluation.js';
import { throughputRounds } from './throughput.js';

const parts = 12;
const page = fileURLToPath(new URL('../../docs/results/gsm8k-stories.md', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'profit-gsm8k-'));
try {
  const stories = await openStories();
  const start = performance.now();
  const whole = await evaluateGsm8k(stories, { file: join(folder, 'whole.jsonl'), model: 'stories260K' });
  const seconds = (performance.now() - start) / 1000;
  console.log(`whole pass: ${seconds.toFixed(1)} s`);
  const rounds = await throughputRounds(stories, parts, (part) => join(folder, `part-${part}.jsonl`));
  await stories.model.dispose();
  const killed = await killedRun(join(folder, 'killed.jsonl'), whole.items.length / 3);
  const differing = whole.items.filter(({ text }, index) => killed.result.items[index].text !== text).length;
  const figures = { machine: machineText(await thisMachine()), seconds, rounds, result: whole, killed, differing };
  await writeFile(page, await format(gsm8kPage(figures), { ...(await resolveConfig(page)), parser: 'markdown' }));
  console.log(`written: ${page}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

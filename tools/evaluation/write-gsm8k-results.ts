/** npm run gsm8k: writes docs/results/gsm8k-stories.md. Needs PROFIT_TEST_DATA; takes four minutes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { machineText, thisMachine } from '../bench/machine.js';
import { gsm8kPage } from './gsm8k-page.js';
import { killedRun } from './killed-run.js';
import { evaluatorPrompts, openStories } from './stories-evaluation.js';
import { throughputRounds, timedEvaluation } from './throughput.js';

const parts = 8;
const page = fileURLToPath(new URL('../../docs/results/gsm8k-stories.md', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'profit-gsm8k-'));
try {
  const stories = await openStories();
  const whole = await timedEvaluation(stories, join(folder, 'whole.jsonl'));
  console.log(`whole pass: ${whole.seconds.toFixed(1)} s, ${whole.generating.toFixed(1)} s of them in generate`);
  const prompts = evaluatorPrompts(stories);
  const promptTokens = prompts.reduce((sum, prompt) => sum + prompt.length, 0) / prompts.length;
  const rounds = await throughputRounds(stories, parts, (part) => join(folder, `part-${part}.jsonl`));
  await stories.model.dispose();
  const killed = await killedRun(join(folder, 'killed.jsonl'), whole.result.items.length / 3);
  const differing = whole.result.items.filter(({ text }, index) => killed.result.items[index].text !== text).length;
  const figures = { machine: machineText(await thisMachine()), ...whole, promptTokens, rounds, killed, differing };
  await writeFile(page, await format(gsm8kPage(figures), { ...(await resolveConfig(page)), parser: 'markdown' }));
  console.log(`written: ${page}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { ProfitError } from '@profit-sft/core';
import { comparison, comparisonText, type Compared } from './demo/comparison.js';
import { writeDataFiles } from './demo/data-files.js';
import { evaluateModel } from './demo/evaluate-model.js';
import { fineTune } from './demo/fine-tune.js';
import { reportPage } from './demo/report-page.js';
import { paths, rules, type RuleName } from './demo/settings.js';

async function demo(signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  await rm(paths.output, { recursive: true, force: true });
  await mkdir(paths.output, { recursive: true });
  await writeDataFiles();

  const base = await evaluateModel('solving with the base model', paths.baseModel, signal);
  const models: Compared[] = [{ name: 'base', evaluation: base }];
  for (const rule of Object.keys(rules) as RuleName[]) {
    const tuning = await fineTune(rule, signal);
    models.push({
      name: rule,
      tuning,
      evaluation: await evaluateModel(`solving with ${rule}`, tuning.result.model, signal),
    });
  }

  const table = comparison(models);
  await writeFile(paths.report, reportPage(models));
  console.log(`\n${comparisonText(table)}\n`);
  console.log(`The page with the curves and the tokens: ${paths.report}`);
  console.log(`Took ${((performance.now() - startedAt) / 1000).toFixed(0)} s in all.`);
}

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
try {
  await demo(interrupted.signal);
} catch (error) {
  if (!ProfitError.isInstance(error)) throw error;
  console.error(`\n${error.message}`);
  process.exitCode = error.exitCode;
}

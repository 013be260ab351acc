/** npm run rules: fine-tunes stories260K with every rule and writes docs/results/rules-on-stories.md. Needs PROFIT_TEST_DATA. */
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { ruleRuns } from './rule-runs.js';
import { StoriesRuns } from './stories-run.js';

const steps = 48;
const page = fileURLToPath(new URL('../../docs/results/rules-on-stories.md', import.meta.url));
const runs = new StoriesRuns(steps);
const rows: string[] = [];
let before = '';
try {
  for (const run of ruleRuns()) {
    const { metrics, seconds } = await runs.run(run);
    const number = (value: number | undefined): string => (value ?? NaN).toFixed(4);
    const options = Object.keys(run.options).length === 0 ? '' : ` \`${JSON.stringify(run.options)}\``;
    rows.push(
      `| \`${run.name}\`${options} | ${number(metrics.evalNll)} | ${number(metrics.evalObjectiveBefore)} → ${number(metrics.evalObjective)} ` +
        `| ${(metrics.evalMeanProb ?? NaN).toFixed(3)} | ${(100 * metrics.keptFraction).toFixed(1)} % | ${run.mayRaiseNll ?? ''} |`,
    );
    console.log(
      `${run.name}  NLL ${number(metrics.evalNllBefore)} → ${number(metrics.evalNll)}  ${seconds.toFixed(1)} s`,
    );
    before = `${number(metrics.evalNllBefore)} nats/token at a mean p of ${(metrics.evalMeanProbBefore ?? NaN).toFixed(3)}`;
  }
} finally {
  runs.close();
}

const text = `# Every rule on stories260K

Written by \`npm run rules\` (${availableParallelism()} cores). stories260K, a model trained on TinyStories, is fine-tuned with each rule at its defaults for ${steps}
steps of 8 stories (the first sentence is the prompt; learning rate 1e-4, one seed) and evaluated on 40 others. Before, the held-out NLL is
${before}. Rules that need a reference get the initial model; \`rho-1\` and \`token-cleaning\` one that was
fine-tuned with \`sft\` before.

This shows that each rule trains and what it does to the plain NLL. It does not rank them: one seed, one learning rate for all, and a model that
knows this text already. The last column says why the plain NLL may rise under a rule that does not minimise it.

| rule | held-out NLL | its own objective, held-out | mean p | kept in training | why the NLL may rise |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
await writeFile(page, await format(text, { ...(await resolveConfig(page)), parser: 'markdown' }));
console.log(`written: ${page}`);

import type { EvaluationResult } from '@profit-sft/core';
import { median } from '../bench/median.js';
import type { KilledRun } from './killed-run.js';
import { gsm8kOptions } from './stories-evaluation.js';
import { itemTokens, rate, type Generated, type ThroughputRound } from './throughput.js';

/** What the page tells. */
export interface Gsm8kFigures {
  readonly machine: string;
  /** What the whole pass took. */
  readonly seconds: number;
  /** Of these, in the model's `generate`. */
  readonly generating: number;
  /** Mean length of its prompts. */
  readonly promptTokens: number;
  /** The pass in parts. */
  readonly rounds: readonly ThroughputRound[];
  /** Of the whole pass. */
  readonly result: EvaluationResult;
  readonly killed: KilledRun;
  /** Rows whose text differs between the run that was killed and the one that was not. */
  readonly differing: number;
}

const shown = (value: number): string => Math.round(value).toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

const spread = (shares: readonly number[]): string =>
  `${percent(median(shares))} (${percent(Math.min(...shares))} to ${percent(Math.max(...shares))})`;

/** docs/results/gsm8k-stories.md. */
export function gsm8kPage({
  machine,
  seconds,
  generating,
  promptTokens,
  rounds,
  result,
  killed,
  differing,
}: Gsm8kFigures): string {
  const { metrics } = result;
  const ratio = (of: (round: ThroughputRound) => Generated): number[] =>
    rounds.map((round) => rate(round.evaluation) / rate(of(round)));
  const row = (what: string, of: (round: ThroughputRound) => Generated): string =>
    `| ${what} | ${shown(median(rounds.map((round) => rate(of(round)))))} | ${spread(ratio(of))} |`;
  return `# GSM8K with stories260K

Written by \`npm run gsm8k\` on ${machine}. stories260K knows children's stories and no arithmetic: the machinery is measured here, not the model.
All ${metrics.questions} questions of GSM8K's test split, \`${Object.entries(gsm8kOptions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}\`, greedy, the model in its own process as the command has it.

## Throughput

The whole pass takes ${seconds.toFixed(0)} s, ${shown(itemTokens(result) / seconds)} new tokens per second. ${percent(generating / seconds)} of the time is the engine's: prompts, stop strings, the answers file and grading take the rest.

For the comparison, ${rounds.length} parts of the questions are asked, in each of which all of these are measured one after the other, in turning order, because the machine does other things too. At
least 70 % of the engine's raw batched decoding is asked for.

| what | tokens/s, median | the evaluation's share of it, median (least to most) |
| --- | --- | --- |
| the evaluation: prompts, answers file, grading | ${shown(median(rounds.map(({ evaluation }) => rate(evaluation))))} | |
${row('`generate` with the same prompts', ({ samePrompts }) => samePrompts)}
${row('raw batched decoding: equal sequences, as long as these in the mean, which never end', ({ raw }) => raw)}
${row('the same with prompts of one token', ({ shortest }) => shortest)}

The raw rate has no prompts of unequal length and no ends. With prompts of one token nothing is read and the sequences are shorter by the ${shown(promptTokens)} tokens that GSM8K's prompts have in the mean: the difference is
the engine's work on prompts.

## Result

| metric | value |
| --- | --- |
${Object.entries(metrics)
  .map(([name, value]) => `| \`${name}\` | ${Number.isInteger(value) ? value : value.toFixed(4)} |`)
  .join('\n')}

## Killed and started again

\`profit eval --answers\` was killed with SIGKILL once its file held ${shown(killed.kept)} answers, and started again. It wrote the other ${shown(killed.answers - killed.kept)} and ended
with ${killed.answers === metrics.items ? 'one answer to each question' : `${killed.answers} answers`}. Compared with the run that was not killed: ${
    differing === 0 ? 'every text and every metric is the same' : `${differing} texts differ`
  }.
`;
}

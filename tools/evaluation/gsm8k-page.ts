import type { EvaluationResult } from '@profit-sft/core';
import { median } from '../bench/median.js';
import type { KilledRun } from './killed-run.js';
import { gsm8kOptions } from './stories-evaluation.js';
import { rate, type Generated, type ThroughputRound } from './throughput.js';

/** What the page tells. */
export interface Gsm8kFigures {
  readonly machine: string;
  /** What the whole pass took. */
  readonly seconds: number;
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
export function gsm8kPage({ machine, seconds, rounds, result, killed, differing }: Gsm8kFigures): string {
  const { metrics } = result;
  const ratio = (of: (round: ThroughputRound) => Generated): number[] =>
    rounds.map((round) => rate(round.evaluation) / rate(of(round)));
  const [overDecoding, overSame] = [ratio(({ decoding }) => decoding), ratio(({ samePrompts }) => samePrompts)];
  const row = (what: string, of: (round: ThroughputRound) => Generated, ratios?: number[]): string =>
    `| ${what} | ${shown(median(rounds.map((round) => rate(of(round)))))} | ${ratios === undefined ? '' : spread(ratios)} |`;
  return `# GSM8K with stories260K

Written by \`npm run gsm8k\` on ${machine}. stories260K knows children's stories and no arithmetic: the machinery is measured here, not the model.
All ${metrics.questions} questions of GSM8K's test split, \`${Object.entries(gsm8kOptions)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}\`, greedy, the model in its own process as the command has it.

## Throughput

The whole pass takes ${seconds.toFixed(0)} s: ${shown(rounds.reduce((sum, { evaluation }) => sum + evaluation.tokens, 0) / seconds)} new tokens per second. For the comparison the
questions are asked in ${rounds.length} parts, in each of which all three are measured one after the other, in turning order, because the machine does other things too. At least 70 % of the engine's throughput is asked for.

| what | tokens/s, median | the evaluation's share of it, median (least to most) |
| --- | --- | --- |
${row('the evaluation: prompts, answers file, grading', ({ evaluation }) => evaluation)}
${row('`generate` with the same prompts', ({ samePrompts }) => samePrompts, overSame)}
${row('decoding alone: as many prompts of one token, which never end', ({ decoding }) => decoding, overDecoding)}

Decoding alone has no prompts to read; the evaluation reads GSM8K's, on average longer than what is written.

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

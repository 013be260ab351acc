import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom, probabilityBins, type Random, type RunEvent, type TracedExample } from '@profit-sft/core';
import { writeAblationRecord, writeFailure, writeResult } from '@profit-sft/experiments';

export interface SyntheticOptions {
  readonly seeds: number;
  readonly steps: number;
  readonly evaluationSteps: number;
  readonly items: number;
  /** How many of the last runs have no result: one fails, one stands still in the middle, the others have not begun. */
  readonly unfinished?: number;
}

interface Rule {
  readonly label: string;
  readonly masking: object;
  keeps(probability: number): boolean;
}

const thresholds = [0.1, 0.3, 0.5, 0.7];

const rules: readonly Rule[] = [
  { label: 'sft', masking: { name: 'sft' }, keeps: () => true },
  ...thresholds.map((threshold) => ({
    label: `p > ${threshold}`,
    masking: { name: 'profit', threshold },
    keeps: (probability: number) => probability > threshold,
  })),
  ...thresholds.map((threshold) => ({
    label: `p ≤ ${threshold}`,
    masking: { name: 'profit', threshold, direction: 'low' },
    keeps: (probability: number) => probability <= threshold,
  })),
  { label: 'dft', masking: { name: 'dft' }, keeps: () => true },
];

/** Labels that a page must show and not obey. */
export const hostileText = '</script><img src=x onerror="document.title=1"> & "quotes" ‮';

const texts = Array.from({ length: 60 }, (_, index) => (index === 7 ? hostileText : ` w${index}`));

/** How probable the reference tokens are after a share of the training: most near 0 or 1, and rising. */
function probabilities(count: number, progress: number, random: Random): number[] {
  return Array.from({ length: count }, (_, index) => {
    const own = ((index * 7919) % 101) / 101;
    return Math.min(0.9999, Math.max(1e-6, own ** (3 - 2.5 * progress) + 0.02 * (random.next() - 0.5)));
  });
}

function countsOf(values: readonly number[], { keeps }: Rule) {
  const probabilityCounts = new Array<number>(probabilityBins).fill(0);
  const keptCounts = new Array<number>(probabilityBins).fill(0);
  for (const value of values) {
    const bin = Math.floor(value * probabilityBins);
    probabilityCounts[bin] += 1;
    if (keeps(value)) keptCounts[bin] += 1;
  }
  return { probabilityCounts, keptCounts };
}

function means(values: readonly number[], rule: Rule) {
  const kept = values.filter((value) => rule.keeps(value)).length / values.length;
  const meanNll = values.reduce((sum, value) => sum - Math.log(value), 0) / values.length;
  return {
    meanNll,
    objective: meanNll * kept,
    keptFraction: kept,
    meanProb: values.reduce((sum, value) => sum + value, 0) / values.length,
  };
}

/** The events of one run, as a trainer writes them. */
export function syntheticEvents(
  rule: { readonly label: string },
  seed: number,
  { steps, evaluationSteps }: Pick<SyntheticOptions, 'steps' | 'evaluationSteps'>,
): RunEvent[] {
  const own = rules.find(({ label }) => label === rule.label) ?? rules[0];
  const random = createRandom(seed, 'synthetic', own.label);
  const events: RunEvent[] = [
    {
      ...{ type: 'start', step: 0, totalSteps: steps, parameters: 1_700_000 },
      ...{ runtime: 'synthetic', masking: own.label, seed },
    } as RunEvent,
  ];
  const evaluate = (step: number): void => {
    const values = probabilities(600, step / steps, random);
    const tokens = values.length;
    events.push({ type: 'evaluation', step, ...means(values, own), tokens, ...countsOf(values, own) });
    const examples = [0, 1].map((example): TracedExample => {
      const traced = probabilities(texts.length - 10, step / steps, random).map((value) => value ** (1 + example));
      return {
        ...(step === 0 ? { texts, targets: texts.slice(10).map((_, index) => index + 10) } : {}),
        logProbs: traced.map((value) => Number(Math.log(value).toPrecision(5))),
        weights: traced.map((value) => (own.keeps(value) ? 1 : 0)),
      };
    });
    events.push({ type: 'tokens', step, examples });
  };
  evaluate(0);
  for (let step = 1; step <= steps; step++) {
    const values = probabilities(80, step / steps, random);
    events.push({
      ...{ type: 'step', step, epoch: step / 100, ...means(values, own), ...countsOf(values, own), meanWeight: 1 },
      ...{ gradientNorm: 3 * Math.exp(random.normal() / 3), learningRate: 1e-3 * (1 - step / steps) },
      ...{ scoredTokens: 80, tokens: 200, seconds: 0.05 },
    });
    if (step % evaluationSteps === 0 || step === steps) evaluate(step);
  }
  return [...events, { type: 'end', step: steps, status: 'completed' }];
}

export function eventLines(events: readonly RunEvent[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('');
}

/** Writes the directory of an ablation as `profit ablate` leaves it: ten rules, each with so many seeds. Returns the hashes of its runs. */
export function writeSyntheticAblation(root: string, options: SyntheticOptions): string[] {
  const { seeds, items, unfinished = 0 } = options;
  mkdirSync(root, { recursive: true });
  const random = createRandom(5, 'items');
  const runs = rules
    .flatMap((rule) => Array.from({ length: seeds }, (_, seed) => ({ rule, labels: { tokens: rule.label, seed } })))
    .map((run, index) => ({ ...run, hash: index.toString(16).padStart(16, '0') }));
  writeAblationRecord(root, {
    ...{
      format: 1,
      repeats: 'seed',
      baseline: { tokens: 'sft' },
      metrics: ['solved.accuracy', 'evalNll', 'keptFraction'],
    },
    runs: runs.map(({ hash, labels }) => ({ hash, labels })),
  });
  for (const [index, { hash, rule, labels }] of runs.entries()) {
    const directory = join(root, 'runs', hash);
    const write = (name: string, value: unknown): void => writeFileSync(join(directory, name), JSON.stringify(value));
    mkdirSync(join(directory, 'training'), { recursive: true });
    mkdirSync(join(directory, 'evaluations'));
    const configuration = { model: '/models/base', masking: rule.masking, seed: labels.seed };
    const evaluations = { solved: { evaluator: 'exact-match', data: 'eval.jsonl', seed: 0 } };
    const places = { file: '/run.json', folder: '/' };
    write('specification.json', {
      hash,
      labels,
      run: configuration,
      ...places,
      evaluations,
      trains: true,
      waitsFor: [],
    });
    const left = runs.length - index;
    if (left < unfinished - 1) continue;
    write('run.json', configuration);
    const events = syntheticEvents(rule, labels.seed, options);
    const until = left === unfinished - 1 ? Math.floor(events.length / 2) : events.length;
    writeFileSync(join(directory, 'training', 'events.jsonl'), eventLines(events.slice(0, until)));
    if (left === unfinished) writeFailure(directory, `the third attempt ran out of memory ${hostileText}`);
    if (left <= unfinished) continue;
    const evaluation = events.findLast((event) => event.type === 'evaluation');
    const solved = Array.from({ length: items }, (_, row) => {
      const correct = random.next() < 0.3 + (0.4 * row) / items;
      return {
        ...{
          row,
          repeat: 0,
          prompt: `Question ${row}: how many ${hostileText}`,
          text: `I count ${row} and ${'more words '.repeat(12)}`,
        },
        ...{ answer: String(row), expected: [String(row)], correct, finishReason: 'stop' },
      };
    });
    const accuracy = solved.filter(({ correct }) => correct).length / items;
    write(join('evaluations', 'solved.json'), { evaluator: 'exact-match', metrics: { accuracy }, items: solved });
    writeResult(directory, {
      ...{ hash, labels, seconds: 60, environment: 'Node v20.20.2, linux x64, 2 cores' },
      metrics: {
        'solved.accuracy': accuracy,
        evalNll: evaluation?.type === 'evaluation' ? evaluation.meanNll : 0,
        keptFraction: evaluation?.type === 'evaluation' ? evaluation.keptFraction : 1,
      },
      commands: [
        `profit train /ablations/runs/${hash}/run.json --out '/a folder/${hash}'`,
        `profit eval --model '/a folder/${hash}/model'`,
      ],
    });
  }
  return runs.map(({ hash }) => hash);
}

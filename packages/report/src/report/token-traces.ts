import type { RunEvent, TokensEvent } from '@profit-sft/core';
import type { ReportData } from './report-data.js';
import { spreadIndices } from './spread-indices.js';

/** What the page needs to show how each token's probability moved. */
export interface TokenTraces {
  /** The examples that runs traced; runs over the same data share them. */
  readonly texts: readonly TracedText[];
  readonly runs: readonly {
    readonly id: string;
    readonly title: string;
    readonly steps: readonly number[];
    readonly examples: readonly TracedCells[];
  }[];
}

export interface TracedText {
  /** What stands before the first target. */
  readonly context: string;
  readonly tokens: readonly string[];
}

export interface TracedCells {
  /** Index into `texts`. */
  readonly text: number;
  /** Of which a cell's weight is a fraction; 0 where every token is masked. */
  readonly greatestWeight: number;
  /** Token by token, step by step, three digits each of {@link cellAlphabet}: two of −log p, one of the weight. */
  readonly cells: string;
}

/** Digits of base 64 that mean nothing in HTML and JSON. */
export const cellAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Nats that one step of a cell's −log p stands for: 64² steps reach p = 1.3e-9. */
export const natsPerStep = 0.005;

const mostSteps = 24;
const mostTokens = 300;
/** Of all runs together. */
const cellBudget = 400_000;

/** Masked is 0; any other weight is at least one step. */
function encodeCell(logProb: number, weight: number, greatestWeight: number): string {
  const nats = Math.min(64 * 64 - 1, Math.max(0, Math.round(-logProb / natsPerStep)));
  const level = weight === 0 ? 0 : Math.max(1, Math.round((63 * weight) / greatestWeight));
  return cellAlphabet[nats >> 6] + cellAlphabet[nats & 63] + cellAlphabet[level];
}

/** Traces of the examples that the log's first trace has: a log may have been written on by a run over other data. */
function tracesOf(events: readonly RunEvent[]): TokensEvent[] {
  const traces = events.filter((event) => event.type === 'tokens');
  return traces.filter(
    ({ examples }) =>
      examples.length === traces[0].examples.length &&
      examples.every(({ logProbs }, index) => logProbs.length === traces[0].examples[index].logProbs.length),
  );
}

/** Traced examples of all runs; undefined where no run traced any. */
export function tokenTraces({ runs }: Pick<ReportData, 'runs'>): TokenTraces | undefined {
  const traced = runs
    .map((run) => ({ run, traces: tracesOf(run.events) }))
    .filter(({ traces }) => traces[0]?.examples.every(({ texts, targets }) => texts && targets) === true);
  if (traced.length === 0) return undefined;
  const tokens = traced.flatMap(({ traces }) =>
    traces[0].examples.map(({ targets = [] }) => Math.min(mostTokens, targets.length)),
  );
  const total = tokens.reduce((sum, count) => sum + count, 0);
  const steps = Math.max(2, Math.min(mostSteps, Math.floor(cellBudget / Math.max(1, total))));
  const texts = new Map<string, { index: number; text: TracedText }>();
  const shown = traced.map(({ run, traces }) => {
    const columns = spreadIndices(traces.length, steps).map((index) => traces[index]);
    const examples = traces[0].examples.map(({ texts: all = [], targets = [] }, example): TracedCells => {
      const text: TracedText = {
        context: all.slice(0, targets[0]).join(''),
        tokens: targets.slice(0, mostTokens).map((at) => all[at]),
      };
      const key = JSON.stringify(text);
      const known = texts.get(key) ?? { index: texts.size, text };
      texts.set(key, known);
      const own = columns.map(({ examples: traced }) => traced[example]);
      const greatestWeight = Math.max(0, ...own.flatMap(({ weights }) => weights.slice(0, mostTokens)));
      const cells = text.tokens.flatMap((_, token) =>
        own.map(({ logProbs, weights }) => encodeCell(logProbs[token], weights[token], greatestWeight)),
      );
      return { text: known.index, greatestWeight, cells: cells.join('') };
    });
    return { id: run.id, title: run.title, steps: columns.map(({ step }) => step), examples };
  });
  return { texts: [...texts.values()].map(({ text }) => text), runs: shown };
}

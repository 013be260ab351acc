import type { Random, SpanLabel } from '@profit-sft/core';
import { areaUnderCurve } from './area-under-curve.js';
import { permutationTest, type PermutationTest } from './permutation-test.js';

/** The labelled tokens of one response: parallel arrays. */
export interface LabelledProbabilities {
  readonly labels: readonly SpanLabel[];
  /** Of each token under the model, in [0, 1]. */
  readonly probabilities: ArrayLike<number>;
}

export interface LabelSummary {
  readonly tokens: number;
  readonly mean: number;
  readonly median: number;
  /** Tokens with a probability in [k / bins, (k + 1) / bins), the last bin with 1. */
  readonly histogram: readonly number[];
}

/** p > threshold as a detector of core tokens. */
export interface DetectorPoint {
  readonly threshold: number;
  /** Share of all tokens that are kept. */
  readonly kept: number;
  /** Share of the kept tokens that are core; NaN where none is kept. */
  readonly precision: number;
  /** Share of the core tokens that are kept. */
  readonly recall: number;
  /** Share of the trivial tokens that are kept all the same. */
  readonly falsePositiveRate: number;
}

export interface LabelAnalysis {
  readonly responses: number;
  readonly core: LabelSummary;
  readonly trivial: LabelSummary;
  readonly overallMean: number;
  readonly areaUnderCurve: number;
  readonly detector: readonly DetectorPoint[];
  readonly test: PermutationTest;
}

export interface AnalysisOptions {
  /** Default 20. */
  readonly bins?: number;
  readonly thresholds?: readonly number[];
  /** Default 9999. */
  readonly permutations?: number;
  readonly random: Random;
}

export const defaultThresholds: readonly number[] = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9];

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function summary(values: readonly number[], bins: number): LabelSummary {
  const sorted = Float64Array.from(values).sort();
  const middle = Math.floor(sorted.length / 2);
  const histogram = new Array<number>(bins).fill(0);
  for (const value of values) histogram[Math.min(bins - 1, Math.floor(value * bins))]++;
  return {
    tokens: values.length,
    mean: meanOf(values),
    median: sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2,
    histogram,
  };
}

/**
 * The paper's comparison of core and trivial tokens (arXiv 2601.09195, section 4.1 and Fig. 3: means and densities of their
 * probabilities, and a test), with what the paper leaves out: how well p > τ, the mask itself, tells core from trivial.
 * Means of a label without tokens are NaN.
 */
export function analyseLabels(responses: readonly LabelledProbabilities[], options: AnalysisOptions): LabelAnalysis {
  const { bins = 20, thresholds = defaultThresholds, permutations = 9999, random } = options;
  const groups = responses.map(({ labels, probabilities }) => {
    const of = (label: SpanLabel): number[] => Array.from(probabilities).filter((_, token) => labels[token] === label);
    return { first: of('core'), second: of('trivial') };
  });
  const core = groups.flatMap(({ first }) => first);
  const trivial = groups.flatMap(({ second }) => second);
  const total = core.length + trivial.length;
  return {
    responses: responses.length,
    core: summary(core, bins),
    trivial: summary(trivial, bins),
    overallMean: meanOf([...core, ...trivial]),
    areaUnderCurve: areaUnderCurve(core, trivial),
    detector: thresholds.map((threshold): DetectorPoint => {
      const kept = (values: readonly number[]): number => values.filter((value) => value > threshold).length;
      const [right, wrong] = [kept(core), kept(trivial)];
      return {
        threshold,
        kept: (right + wrong) / total,
        precision: right / (right + wrong),
        recall: right / core.length,
        falsePositiveRate: wrong / trivial.length,
      };
    }),
    test: permutationTest(groups, random, permutations),
  };
}

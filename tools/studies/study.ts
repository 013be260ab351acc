import type { Labels } from '@profit-sft/experiments';

/** A metric that a study is about. */
export interface StudyMetric {
  /** As a run's result calls it. */
  readonly name: string;
  /** As a sentence calls it. */
  readonly title: string;
  readonly better: 'higher' | 'lower';
  /** A share, shown in percent. */
  readonly share?: boolean;
}

/** A comparison that the table, which has one baseline, does not make. */
export interface Comparison {
  readonly question: string;
  readonly of: Labels;
  readonly with: Labels;
}

/** One grid of a study: a model on a kind of data. */
export interface StudyPart {
  readonly name: string;
  readonly title: string;
  /** The ablation's configuration, from the root of the repository. */
  readonly config: string;
  readonly metrics: readonly StudyMetric[];
  readonly comparisons?: readonly Comparison[];
  /** Folders of `PROFIT_TEST_DATA` without which it cannot run. */
  readonly data?: readonly string[];
}

/** One of the paper's questions. */
export interface Study {
  readonly name: string;
  readonly title: string;
  readonly question: string;
  readonly parts: readonly StudyPart[];
}

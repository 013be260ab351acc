import type { EvaluationResult, RunEvent } from '@profit-sft/core';

/** Labels of a run by axis, e.g. `{ rule: 'profit', seed: 1 }`. */
export type RunLabels = Readonly<Record<string, string | number>>;

/** `stopped`: began, is not finished, and nothing works on it. */
export type RunStatus = 'finished' | 'running' | 'failed' | 'stopped' | 'waiting';

/** One run as a report shows it. */
export interface ReportRun {
  /** Unique in the report. */
  readonly id: string;
  readonly title: string;
  readonly labels: RunLabels;
  readonly status: RunStatus;
  /** Why it failed, or what it waits for. */
  readonly note?: string;
  /** The masking rule's name and options, by which sweeps are found; absent for a model that is only evaluated. */
  readonly rule?: { readonly name: string; readonly [option: string]: unknown };
  /** What is in its log. */
  readonly events: readonly RunEvent[];
  /** Lines of its log that are no events, e.g. the half line of a killed process. */
  readonly skippedLines: number;
  /** By the evaluation's name. */
  readonly evaluations: Readonly<Record<string, Pick<EvaluationResult, 'items'>>>;
  /** What it ran on. */
  readonly environment?: string;
  /** The commands that repeat it, as a POSIX shell reads them. */
  readonly commands: readonly string[];
}

/** A metric of a group of runs: mean over repeats, and difference from the baseline. */
export interface ReportMetric {
  readonly mean: number;
  /** Of the mean; undefined for a single run. */
  readonly standardError?: number;
  readonly count: number;
  readonly difference?: {
    readonly mean: number;
    /** Ends of the 95 % interval; undefined where one repeat says nothing about others. */
    readonly lower?: number;
    readonly upper?: number;
    readonly correctedP: number;
  };
}

export interface ReportTable {
  readonly metrics: readonly string[];
  readonly rows: readonly {
    /** Without the axis of repeats. */
    readonly labels: RunLabels;
    readonly isBaseline: boolean;
    readonly metrics: Readonly<Record<string, ReportMetric>>;
  }[];
}

/** Everything that a report is made of: plain data. */
export interface ReportData {
  readonly title: string;
  /** One line below the title. */
  readonly subtitle: string;
  readonly runs: readonly ReportRun[];
  /** The axis over which means are taken, e.g. `seed`. */
  readonly repeats?: string;
  readonly table?: ReportTable;
  /** What is not there, for the reader to know: one sentence each. */
  readonly missing: readonly string[];
}

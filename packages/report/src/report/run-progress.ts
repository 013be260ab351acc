import type { StepEvent } from '@profit-sft/core';
import type { ReportRun } from './report-data.js';

/** Steps over which speed is averaged. */
const recentSteps = 20;

export interface RunProgress {
  /** Optimiser steps done. */
  readonly step: number;
  readonly totalSteps: number;
  /** Of the last steps. */
  readonly tokensPerSecond?: number;
  /** Time that the steps left will take at that speed. */
  readonly secondsLeft?: number;
  readonly trainNll?: number;
  readonly evalNll?: number;
}

/** How far a run is; undefined before its log says how long it will be. */
export function runProgress({ events }: Pick<ReportRun, 'events'>): RunProgress | undefined {
  const start = events.find(({ type }) => type === 'start');
  if (start?.type !== 'start') return undefined;
  const steps = events.filter((event): event is StepEvent => event.type === 'step');
  const recent = steps.slice(-recentSteps);
  const seconds = recent.reduce((sum, step) => sum + step.seconds, 0);
  const tokens = recent.reduce((sum, step) => sum + step.tokens, 0);
  const last = recent.at(-1);
  const evaluation = events.findLast(({ type }) => type === 'evaluation');
  const step = last?.step ?? start.step;
  return {
    step,
    totalSteps: start.totalSteps,
    ...(seconds > 0
      ? { tokensPerSecond: tokens / seconds, secondsLeft: ((start.totalSteps - step) * seconds) / recent.length }
      : {}),
    ...(last === undefined ? {} : { trainNll: last.meanNll }),
    ...(evaluation?.type === 'evaluation' ? { evalNll: evaluation.meanNll } : {}),
  };
}

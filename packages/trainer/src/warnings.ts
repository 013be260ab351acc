import type { StepEvent } from '@profit-sft/core';
import type { EncodingReport } from '@profit-sft/datasets';
import type { RunState } from './run-state.js';

export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Over how many first steps the mean probability is taken. */
const openingSteps = 8;
/** Below this mean p, objectives that lean on the model's own probabilities do harm (arXiv 2510.00526). */
const lowMeanProbability = 0.1;

/** The sums over the first steps, with one more step in them. */
export function withOpeningStep(state: RunState, step: Omit<StepEvent, 'type' | 'epoch' | 'seconds'>): RunState {
  if (step.step > openingSteps) return state;
  return {
    ...state,
    openingProbability: state.openingProbability + step.meanProb * step.scoredTokens,
    openingTokens: state.openingTokens + step.scoredTokens,
    openingWeighted: state.openingWeighted || step.meanWeight !== 1,
  };
}

/** The warnings that the step just done gives rise to and that the run has not given yet. */
export function newWarnings(
  state: RunState,
  step: Pick<StepEvent, 'step' | 'gradientNorm' | 'overflowed'>,
  totalSteps: number,
): Warning[] {
  const warnings: Warning[] = [];
  if (step.overflowed === true) {
    warnings.push({
      code: 'loss-scale-too-high',
      message:
        `the scaled gradient of step ${step.step} left the range of F16: the model was not updated, and the loss scale was ` +
        'lowered. That is usual in the first steps; further such steps are only counted (skippedSteps).',
    });
  } else if (step.gradientNorm === null) {
    warnings.push({
      code: 'all-tokens-masked',
      message:
        `every token of step ${step.step} was masked: the model was not updated. Further such steps are only counted ` +
        '(skippedSteps). A lower threshold keeps more tokens.',
    });
  }
  const meanProb = state.openingProbability / Math.max(1, state.openingTokens);
  if (step.step === Math.min(openingSteps, totalSteps) && state.openingWeighted && meanProb < lowMeanProbability) {
    warnings.push({
      code: 'low-mean-probability',
      message:
        `the model gives the reference tokens a mean probability of ${meanProb.toFixed(3)} over the first ${step.step} ` +
        `steps. Below ${lowMeanProbability}, rules that trust the model's own probabilities are known to do worse than sft.`,
    });
  }
  return warnings.filter(({ code }) => !state.warned.includes(code));
}

/** What tokenising left out or cut, where it did. */
export function dataWarnings(reports: {
  readonly train: EncodingReport;
  readonly evaluation?: EncodingReport;
}): Warning[] {
  return Object.entries(reports).flatMap(([name, { examples, dropped, truncated, withoutTargets }]) => {
    const parts = [
      ...(truncated > 0 ? [`${truncated} cut to the longest length`] : []),
      ...(dropped > 0 ? [`${dropped} left out as too long`] : []),
      ...(withoutTargets > 0 ? [`${withoutTargets} left out without response tokens`] : []),
    ];
    if (parts.length === 0) return [];
    return [{ code: `${name}-rows`, message: `${name} data, ${examples} sequences: ${parts.join(', ')}` }];
  });
}

/** Checkpoints that a resumed run could not go on from, and the step that it goes on from instead. */
export function damagedCheckpoints(directories: readonly string[], step: number): Warning {
  return {
    code: 'damaged-checkpoint',
    message:
      `${directories.join(', ')}: not what was written, so it is removed, and the run goes on from step ${step}. Saving never leaves ` +
      'such a checkpoint, even when it is killed; the disk or its file system may be faulty.',
  };
}

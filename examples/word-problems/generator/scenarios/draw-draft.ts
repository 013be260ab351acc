import type { Random } from '@profit-sft/core';
import { pick, pickWeighted } from '../choose.js';
import type { Draft } from '../problem.js';
import { change, price, twoSorts } from './buying.js';
import { oneStepChains, threeStepChains, twoStepChains } from './chain.js';
import { otherPart } from './parts.js';
import type { Scenario } from './scenario.js';
import { comparedOne, comparedTogether, difference, together } from './two-people.js';

const bySteps: readonly (readonly [readonly Scenario[], number])[] = [
  [[...oneStepChains, together, difference, comparedOne, price, otherPart], 0.5],
  [[...twoStepChains, comparedTogether, change], 0.38],
  [[...threeStepChains, twoSorts], 0.12],
];

/** A story of any scenario: about half with one step, an eighth with three. */
export function drawDraft(random: Random): Draft {
  const scenario = pick(random, pickWeighted(random, bySteps));
  for (;;) {
    const draft = scenario(random);
    if (draft !== undefined) return draft;
  }
}

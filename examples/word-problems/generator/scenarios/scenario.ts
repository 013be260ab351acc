import type { Random } from '@profit-sft/core';
import type { Draft } from '../problem.js';

/** Draws a story, or `undefined` when the numbers drawn do not fit (too large, not divisible): draw again. */
export type Scenario = (random: Random) => Draft | undefined;

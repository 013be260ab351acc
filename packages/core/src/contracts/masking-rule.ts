import type { StandardSchemaV1 } from '@standard-schema/spec';
import { attachDescription } from './attach-description.js';
import type { Json } from './json.js';
import type { Plugin } from './plugin.js';
import type { Random } from '../random/random.js';
import type { SignalName, TokenSignals } from './token-signals.js';

/**
 * What the weighted sum of an optimiser step is divided by.
 * - `tokens`: all response tokens of the step, kept or not (the official ProFit code; the default)
 * - `sequence`: each sequence's sum over its own response tokens T, then the mean over sequences (ProFit Eq. 5)
 * - `kept`: the sum of the weights of the step, i.e. the kept tokens for a binary rule
 */
export type Normaliser = 'tokens' | 'sequence' | 'kept';

export const normalisers = ['tokens', 'sequence', 'kept'] as const satisfies readonly Normaliser[];

/** Where in a run a rule is asked for weights. */
export interface WeighContext {
  /** Optimiser step, from 1. */
  readonly step: number;
  /** Optimiser steps of the whole run. */
  readonly totalSteps: number;
  /** Random numbers that depend only on the run's seed, the step and the micro-batch, so that resuming repeats them. */
  readonly random: Random;
}

/**
 * Decides how much each reference token counts. The weights are constants to the gradient: they leave the engine as
 * numbers and come back as inputs, so no gradient can flow through them.
 */
export interface MaskingRule {
  readonly name: string;
  readonly needs: readonly SignalName[];
  /** Weights are 0 or 1 only. */
  readonly binary: boolean;
  readonly normaliser: Normaliser;
  /** Returns one finite, non-negative weight per token of `signals`. */
  weigh(signals: TokenSignals, context: WeighContext): Float32Array;
  /** For rules that remember something between steps: plain JSON, saved in checkpoints. */
  readonly state?: { save(): Json; load(state: Json): void };
}

/** What the author of a rule writes. */
export interface MaskingRuleDefinition<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  /** One sentence: the formula in words. */
  readonly description: string;
  /** Paper (arXiv id and equation), official code, or "ours". */
  readonly source: string;
  readonly options: Options;
  /** Signals besides `logProb` that the rule reads. */
  readonly needs?: readonly SignalName[];
  readonly binary: boolean;
  /** The normaliser that the paper or its code uses; `options.normaliser`, where a rule offers it, overrides it. */
  readonly normaliser?: Normaliser;
  create(
    options: StandardSchemaV1.InferOutput<Options>,
  ): Pick<MaskingRule, 'weigh' | 'state'> & { normaliser?: Normaliser };
}

export type MaskingPlugin<Name extends string = string, Options extends StandardSchemaV1 = StandardSchemaV1> = Plugin<
  'masking',
  Name,
  Options,
  MaskingRule
> & {
  readonly needs: readonly SignalName[];
  readonly binary: boolean;
  readonly normaliser: Normaliser;
};

/** Defines a token-masking rule: callable with its options in code, and registrable by name for configurations. */
export function defineMaskingRule<const Name extends string, Options extends StandardSchemaV1>(
  definition: MaskingRuleDefinition<Name, Options>,
): MaskingPlugin<Name, Options> {
  const needs = definition.needs ?? [];
  const binary = definition.binary;
  const normaliser = definition.normaliser ?? 'tokens';
  return attachDescription('masking', definition, { needs, binary, normaliser }, (options): MaskingRule => {
    const created = definition.create(options);
    return {
      name: definition.name,
      needs,
      binary,
      normaliser: created.normaliser ?? normaliser,
      // Not spread: a rule may be an object of a class, whose methods are not its own properties.
      weigh: (signals, context) => created.weigh(signals, context),
      ...(created.state === undefined ? {} : { state: created.state }),
    };
  });
}

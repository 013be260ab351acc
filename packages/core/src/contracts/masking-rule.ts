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

/** What a rule may want to know about token ids. */
export interface TokenVocabulary {
  /** Ids that end a turn or a text. */
  readonly endIds: readonly number[];
  /** Ids of special tokens: those of the chat template, of the beginning and the end. */
  readonly specialIds: readonly number[];
  /** What a person should see for one token, e.g. `" the"`. */
  tokenText(id: number): string;
}

/** Where in a run a rule is asked for weights. */
export interface WeighContext {
  /** Optimiser step, from 1; 0 in `prepare`. */
  readonly step: number;
  /** Optimiser steps of the whole run. */
  readonly totalSteps: number;
  /** Random numbers that depend only on the run's seed, the step and the micro-batch, so that resuming repeats them. */
  readonly random: Random;
  /** The tokenizer's view of ids, where there is a tokenizer. */
  readonly vocabulary?: TokenVocabulary;
  /** The `source` of each sequence of the step, by its number; undefined for a row that names none. */
  readonly sources?: readonly (string | undefined)[];
}

/**
 * How many tokens a rule has to see at once. `token`: those of one micro-batch, whole sequences. `step`: those of the
 * whole optimiser step, for statistics over the batch; where a step has several micro-batches this costs one more
 * forward pass over them, since every signal has to be there before the first weight is.
 */
export type RuleScope = 'token' | 'step';

/**
 * A second term of the loss besides Σ w_t (−log p_t): Σ_t c_t · CE(q_t, p_t), with the cross-entropy
 * CE(q, p) = −Σ_v q_v log p_v towards a distribution q that is constant to the gradient. Its logit gradient is c (p − q).
 * - `reference`: q is the frozen reference model's distribution; c·CE(q, p) is c·KL(q ‖ p) but for a constant
 * - `tempered`: q = softmax(z / temperature) of the model's own logits z
 */
export interface DistributionTerm {
  readonly towards: 'reference' | 'tempered';
  /** For `tempered`. */
  readonly temperature?: number;
  /** One finite coefficient c_t per token of `signals`; may be negative. */
  coefficients(signals: TokenSignals, context: WeighContext): Float32Array;
}

/** Numbers that some signals depend on. */
export interface SignalSettings {
  /** K of `topEntropy`. */
  readonly topK?: number;
  /** The distribution q of `crossEntropy`. */
  readonly distribution?: Pick<DistributionTerm, 'towards' | 'temperature'>;
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
  readonly scope: RuleScope;
  /** K of the signal `topEntropy`; default {@link defaultTopK}. */
  readonly topK?: number;
  /** After how many steps the snapshot behind `previousLogProb` is refreshed; default {@link defaultSnapshotSteps}. */
  readonly snapshotSteps?: number;
  readonly distributionTerm?: DistributionTerm;
  /** Returns one finite, non-negative weight per token of `signals`. */
  weigh(signals: TokenSignals, context: WeighContext): Float32Array;
  /**
   * Called once before the first step with the signals of the whole training set under the initial model, for rules that
   * rank tokens over all data. What it finds out has to be part of `state`: a resumed run does not prepare again.
   */
  prepare?(signals: TokenSignals, context: WeighContext): void;
  /**
   * For rules that remember something between steps: plain JSON, saved in checkpoints. `load` throws on another rule's, with a
   * message that names this one.
   */
  readonly state?: { save(): Json; load(state: Json): void };
}

/** As in EAFT (arXiv 2601.02151). */
export const defaultTopK = 20;
/** As in PSFT (arXiv 2508.17784). */
export const defaultSnapshotSteps = 8;

/** What `create` of a rule returns: how it weighs, and what depends on its options. */
export type CreatedRule = Pick<MaskingRule, 'weigh' | 'prepare' | 'state'> & {
  readonly [K in 'needs' | 'binary' | 'normaliser' | 'scope' | 'topK' | 'snapshotSteps' | 'distributionTerm']?:
    MaskingRule[K] | undefined;
};

/** What the author of a rule writes. */
export interface MaskingRuleDefinition<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  /** One sentence: the formula in words. */
  readonly description: string;
  /** Paper (arXiv id and equation), official code, or "ours". */
  readonly source: string;
  readonly options: Options;
  /** Signals besides `logProb` that the rule reads. Where they depend on options, `create` returns them. */
  readonly needs?: readonly SignalName[];
  readonly binary: boolean;
  /** The normaliser that the paper or its code uses; `options.normaliser`, where a rule offers it, overrides it. */
  readonly normaliser?: Normaliser;
  /** Default `token`. */
  readonly scope?: RuleScope;
  create(options: StandardSchemaV1.InferOutput<Options>): CreatedRule;
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
  readonly scope: RuleScope;
};

/** Defines a token-masking rule: callable with its options in code, and registrable by name for configurations. */
export function defineMaskingRule<const Name extends string, Options extends StandardSchemaV1>(
  definition: MaskingRuleDefinition<Name, Options>,
): MaskingPlugin<Name, Options> {
  const { needs = [], binary, normaliser = 'tokens', scope = 'token' } = definition;
  return attachDescription('masking', definition, { needs, binary, normaliser, scope }, (options): MaskingRule => {
    const created = definition.create(options);
    return {
      name: definition.name,
      needs: created.needs ?? needs,
      binary: created.binary ?? binary,
      normaliser: created.normaliser ?? normaliser,
      scope: created.scope ?? scope,
      // Not spread: a rule may be an object of a class, whose methods are not its own properties.
      weigh: (signals, context) => created.weigh(signals, context),
      ...(created.topK === undefined ? {} : { topK: created.topK }),
      ...(created.snapshotSteps === undefined ? {} : { snapshotSteps: created.snapshotSteps }),
      ...(created.distributionTerm === undefined ? {} : { distributionTerm: created.distributionTerm }),
      ...(created.prepare === undefined
        ? {}
        : { prepare: (signals: TokenSignals, context: WeighContext) => created.prepare?.(signals, context) }),
      ...(created.state === undefined ? {} : { state: created.state }),
    };
  });
}

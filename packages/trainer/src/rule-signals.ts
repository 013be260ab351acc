import type {
  Example,
  Forward,
  FrozenModel,
  MaskingRule,
  PassOptions,
  TokenBatch,
  TokenSignals,
  TrainableModel,
} from '@profit-sft/core';
import type { ReferenceSignals } from './reference-signals.js';
import { modelNeeds, referenceNeeds } from './signal-needs.js';

/** Where the signals of a rule come from. */
export interface SignalSources {
  readonly model: FrozenModel;
  readonly rule: MaskingRule;
  readonly reference?: ReferenceSignals | undefined;
}

/** The same of a model that is trained. */
export interface TrainingSources extends SignalSources {
  readonly model: TrainableModel;
}

/** What is known of a batch beside its tokens. */
export interface BatchOrigin {
  /** The sequences that `scored.sequence` numbers. */
  readonly examples: readonly Example[];
  /** Log-probabilities of its scored tokens under the last snapshot; those of the model itself where there is none. */
  readonly previous?: Float32Array | undefined;
}

/** A forward pass with every signal of the rule, held until one of the two is called. */
export interface HeldPass {
  readonly signals: TokenSignals;
  backward(weights: Float32Array, coefficients: Float32Array | undefined): Promise<void>;
  release(): void;
}

async function passOptions({ rule, reference }: SignalSources, batch: TokenBatch): Promise<PassOptions> {
  const { topK, distributionTerm: term } = rule;
  return {
    ...(topK === undefined ? {} : { topK }),
    ...(term === undefined ? {} : { distribution: { towards: term.towards, temperature: term.temperature } }),
    ...(term?.towards === 'reference' ? { reference: await reference?.distributions(batch) } : {}),
  };
}

async function completed(
  own: TokenSignals,
  { rule, reference }: SignalSources,
  batch: TokenBatch,
  { examples, previous }: BatchOrigin,
): Promise<TokenSignals> {
  return {
    ...own,
    ...(reference === undefined || referenceNeeds(rule).length === 0 ? {} : await reference.signalsOf(batch, examples)),
    ...(rule.needs.includes('previousLogProb') ? { previousLogProb: previous ?? own.logProb } : {}),
  };
}

/** Signals of a batch without a backward pass. */
export async function scoreSignals(
  sources: SignalSources,
  batch: TokenBatch,
  origin: BatchOrigin,
): Promise<TokenSignals> {
  const options = await passOptions(sources, batch);
  try {
    const own = await sources.model.score(batch, modelNeeds(sources.rule), options);
    return await completed(own, sources, batch, origin);
  } finally {
    options.reference?.release();
  }
}

/**
 * A forward pass that a backward pass can follow. `weighed`: the rule has given its weights already, so only what the
 * objective needs is computed.
 */
export async function forwardSignals(
  sources: TrainingSources,
  batch: TokenBatch,
  origin: BatchOrigin,
  weighed: boolean,
): Promise<HeldPass> {
  const { model, rule } = sources;
  const options = await passOptions(sources, batch);
  let forward: Forward;
  try {
    forward = await model.forward(batch, weighed ? [] : modelNeeds(rule), options);
  } catch (error) {
    options.reference?.release();
    throw error;
  }
  const release = (): void => {
    forward.release();
    options.reference?.release();
  };
  try {
    const signals = weighed ? forward.signals : await completed(forward.signals, sources, batch, origin);
    return {
      signals,
      release,
      async backward(weights, coefficients) {
        await model.backward(forward, weights, coefficients);
        options.reference?.release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

import { createRandom, defaultTopK, type SignalSettings, type TokenSignals } from '@profit-sft/core';
import { logSoftmax } from './log-softmax.js';
import { signalsOfToken } from './signals-of-token.js';
import { sum } from './sum.js';
import { tokenSignals } from '../signals/token-signals.js';

export interface SoftmaxModelOptions {
  readonly seed?: number;
  /** Scored tokens; default 6, in two sequences. */
  readonly tokens?: number;
  /** Size of the vocabulary; default 24, more than the default K of `topEntropy`. */
  readonly vocabularySize?: number;
}

/** One loss term of a token: its derivative by a logit z_v is `factor` · (p_v − target_v). */
export interface LossTerm {
  /** One factor per token, constant to the gradient. */
  readonly factors: ArrayLike<number>;
  /** A distribution over the vocabulary for each token, constant to the gradient. */
  readonly targets: readonly Float64Array[];
}

/**
 * The smallest language model there is: its parameters are the logits themselves, float64 [tokens, vocabulary]. All
 * signals, losses and gradients are exact, so that finite differences can be compared with them.
 */
export interface SoftmaxModel {
  readonly vocabularySize: number;
  /** Flat [tokens, vocabulary]. */
  readonly logits: Float64Array;
  readonly signals: (settings?: SignalSettings) => TokenSignals;
  /** Distributions of the frozen reference model, of the model softened by a temperature, and of the reference tokens. */
  readonly distributions: (kind: 'one-hot' | 'reference' | 'tempered', temperature?: number) => Float64Array[];
  /** Σ_t factor_t · CE(target_t, p_t) / N over N tokens, nats. */
  readonly loss: (terms: readonly LossTerm[]) => number;
  /** Its gradient by the logits with factors and targets held constant: Σ factor · (p − target) / N. */
  readonly gradient: (terms: readonly LossTerm[]) => Float64Array;
  /** The same model with one logit moved. */
  readonly moved: (index: number, by: number) => SoftmaxModel;
}

interface Parts {
  readonly vocabularySize: number;
  readonly logits: Float64Array;
  readonly reference: Float64Array;
  readonly previous: Float64Array;
  readonly targets: Int32Array;
  readonly sequence: Int32Array;
}

function assembled(parts: Parts): SoftmaxModel {
  const { vocabularySize, logits, reference, previous, targets, sequence } = parts;
  const row = (values: Float64Array, token: number): Float64Array =>
    values.subarray(token * vocabularySize, (token + 1) * vocabularySize);
  const logProbsOf = (values: Float64Array, temperature?: number): Float64Array[] =>
    Array.from(targets, (_, token) => logSoftmax(row(values, token), temperature));
  const distributions: SoftmaxModel['distributions'] = (kind, temperature) => {
    if (kind === 'one-hot') {
      return Array.from(targets, (target) =>
        Float64Array.from({ length: vocabularySize }, (_, id) => (id === target ? 1 : 0)),
      );
    }
    const logProbs = kind === 'reference' ? logProbsOf(reference) : logProbsOf(logits, temperature);
    return logProbs.map((values) => values.map(Math.exp));
  };
  const crossEntropy = (target: Float64Array, logProbs: Float64Array): number =>
    -sum(logProbs.map((value, id) => target[id] * value));

  return {
    vocabularySize,
    logits,
    distributions,
    signals({ topK = defaultTopK, distribution } = {}) {
      const now = logProbsOf(logits);
      const ofModel = now.map((values, token) => signalsOfToken(values, targets[token], topK));
      const ofReference = logProbsOf(reference).map((values, token) => signalsOfToken(values, targets[token], topK));
      const before = logProbsOf(previous);
      const column = (name: keyof (typeof ofModel)[number]): number[] => ofModel.map((values) => values[name]);
      const q = distribution && distributions(distribution.towards, distribution.temperature);
      return tokenSignals({
        sequence,
        tokenId: targets,
        logProb: column('logProb'),
        entropy: column('entropy'),
        topEntropy: column('topEntropy'),
        rank: column('rank'),
        expectedRank: column('expectedRank'),
        maxProb: column('maxProb'),
        sumSquaredProb: column('sumSquaredProb'),
        mass: column('mass'),
        referenceLogProb: ofReference.map(({ logProb }) => logProb),
        referenceMass: ofReference.map(({ mass }) => mass),
        previousLogProb: before.map((values, token) => values[targets[token]]),
        ...(q === undefined ? {} : { crossEntropy: now.map((values, token) => crossEntropy(q[token], values)) }),
      });
    },
    loss(terms) {
      const now = logProbsOf(logits);
      const total = sum(
        terms.flatMap(({ factors, targets: wanted }) =>
          now.map((values, token) => factors[token] * crossEntropy(wanted[token], values)),
        ),
      );
      return total / targets.length;
    },
    gradient(terms) {
      const gradient = new Float64Array(logits.length);
      logProbsOf(logits).forEach((values, token) => {
        for (const { factors, targets: wanted } of terms) {
          for (let id = 0; id < vocabularySize; id++) {
            gradient[token * vocabularySize + id] +=
              (factors[token] * (Math.exp(values[id]) - wanted[token][id])) / targets.length;
          }
        }
      });
      return gradient;
    },
    moved(index, by) {
      const changed = logits.slice();
      changed[index] += by;
      return assembled({ ...parts, logits: changed });
    },
  };
}

/** A softmax model with seeded normal logits; half of its reference tokens are probable ones. */
export function softmaxModel(options: SoftmaxModelOptions = {}): SoftmaxModel {
  const { seed = 0, tokens = 6, vocabularySize = 24 } = options;
  const normal = (name: string, scale: number): Float64Array => {
    const random = createRandom(seed, 'testing', 'softmax', name);
    return Float64Array.from({ length: tokens * vocabularySize }, () => scale * random.normal());
  };
  const random = createRandom(seed, 'testing', 'softmax', 'targets');
  const targets = Int32Array.from({ length: tokens }, () => random.integer(vocabularySize));
  const logits = normal('logits', 2);
  const drift = normal('drift', 0.1);
  targets.forEach((target, token) => {
    if (token % 2 === 0) logits[token * vocabularySize + target] += 5;
  });
  return assembled({
    vocabularySize,
    logits,
    reference: normal('reference', 2),
    previous: logits.map((logit, index) => logit + drift[index]),
    targets,
    sequence: Int32Array.from({ length: tokens }, (_, token) => (token < tokens / 2 ? 0 : 1)),
  });
}

/** Central differences of a loss by every logit; float64, error O(step²). */
export function centralDifferences(
  model: SoftmaxModel,
  lossOf: (moved: SoftmaxModel) => number,
  step = 1e-4,
): Float64Array {
  return model.logits.map(
    (_, index) => (lossOf(model.moved(index, step)) - lossOf(model.moved(index, -step))) / (2 * step),
  );
}

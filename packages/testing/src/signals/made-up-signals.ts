import { createRandom, type TokenSignals } from '@profit-sft/core';
import { tokenSignals } from './token-signals.js';

const vocabularySize = 10_000;

/**
 * Seeded signals of `sequences` sequences of 3 to 9 tokens: each token's values fit together (p ≤ max p, p ≤ mass, …), and
 * no two tokens share a value, so that quantiles have no ties.
 */
export function randomSignals(seed: number, sequences: number): TokenSignals {
  const random = createRandom(seed, 'testing', 'signals');
  const between = (low: number, high: number): number => low + (high - low) * random.next();
  const tokens = Array.from({ length: sequences }, (_, sequence) =>
    Array.from({ length: 3 + random.integer(7) }, () => sequence),
  ).flat();
  const ranks = new Set<number>([1]);
  const rows = tokens.map((sequence) => {
    // Squared, because a language model gives many tokens a small probability and many a large one.
    const logProb = -8 * random.next() ** 2;
    const p = Math.exp(logProb);
    const maxProb = between(p, Math.max(p, 1 - p));
    const entropy = between(0, Math.log(vocabularySize));
    let rank = 1;
    while (ranks.has(rank)) rank = 1 + random.integer(vocabularySize);
    ranks.add(rank);
    return {
      sequence,
      logProb,
      maxProb,
      entropy,
      rank,
      topEntropy: between(0, Math.min(entropy, Math.log(20))),
      expectedRank: between(1, vocabularySize / 2),
      sumSquaredProb: between(maxProb ** 2, maxProb),
      mass: between(p, 1),
      referenceLogProb: -8 * random.next() ** 2,
      referenceMass: between(0, 1),
      previousLogProb: logProb + between(-0.5, Math.min(0.5, -logProb)),
      crossEntropy: between(0, 8),
      tokenId: 3 + random.integer(vocabularySize - 3),
    };
  });
  const column = (name: keyof (typeof rows)[number]): number[] => rows.map((row) => row[name]);
  return tokenSignals({
    sequence: column('sequence'),
    tokenId: column('tokenId'),
    logProb: column('logProb'),
    maxProb: column('maxProb'),
    entropy: column('entropy'),
    topEntropy: column('topEntropy'),
    rank: column('rank'),
    expectedRank: column('expectedRank'),
    sumSquaredProb: column('sumSquaredProb'),
    mass: column('mass'),
    referenceLogProb: column('referenceLogProb'),
    referenceMass: column('referenceMass'),
    previousLogProb: column('previousLogProb'),
    crossEntropy: column('crossEntropy'),
  });
}

/** A model that is certain: of the reference token (p = 1), or of another one (p = 1e-30). */
function certain(p: number, length: number): TokenSignals {
  const all = (value: number): number[] => new Array<number>(length).fill(value);
  const right = p === 1;
  return tokenSignals({
    probabilities: all(p),
    entropy: all(0),
    topEntropy: all(0),
    rank: all(right ? 1 : vocabularySize),
    expectedRank: all(1),
    maxProb: all(1),
    sumSquaredProb: all(1),
    mass: all(p),
    referenceLogProb: all(Math.log(p)),
    referenceMass: all(p),
    previousLogProb: all(Math.log(p)),
    crossEntropy: all(-Math.log(p)),
  });
}

/** A model that knows nothing: every token of the vocabulary is equally probable. */
function uniform(length: number): TokenSignals {
  const all = (value: number): number[] => new Array<number>(length).fill(value);
  const p = 1 / vocabularySize;
  return tokenSignals({
    probabilities: all(p),
    entropy: all(-Math.log(p)),
    topEntropy: all(Math.log(20)),
    rank: all(1),
    expectedRank: all((vocabularySize + 1) / 2),
    maxProb: all(p),
    sumSquaredProb: all(p),
    mass: all(1),
    referenceLogProb: all(Math.log(p)),
    referenceMass: all(1),
    previousLogProb: all(Math.log(p)),
    crossEntropy: all(-Math.log(p)),
  });
}

/** Signals at the edges of what a model can give, by what they are. */
export function extremeSignals(): Readonly<Record<string, TokenSignals>> {
  return {
    'no tokens': certain(1, 0),
    'one token': randomSignalsOfOneToken(),
    'p = 1 everywhere': certain(1, 5),
    'p = 1e-30 everywhere': certain(1e-30, 5),
    'equal probabilities': uniform(5),
  };
}

function randomSignalsOfOneToken(): TokenSignals {
  return tokenSignals({
    probabilities: [0.3],
    entropy: [1.2],
    topEntropy: [1],
    rank: [2],
    expectedRank: [3.5],
    maxProb: [0.5],
    sumSquaredProb: [0.35],
    mass: [0.5],
    referenceLogProb: [-0.9],
    referenceMass: [0.6],
    previousLogProb: [-1.3],
    crossEntropy: [1.4],
  });
}

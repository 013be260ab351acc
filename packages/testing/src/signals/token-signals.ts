import { signalNames, type SignalName, type TokenSignals } from '@profit-sft/core';
import { ConformanceError } from '../problem.js';

/**
 * Signals as a test writes them: arrays of one number per token, `probabilities` or `logProb`, and what else the rule
 * reads. Without `sequence` all tokens are of sequence 0, without `position` they are counted within their sequence, and
 * without `tokenId` they have the ids 3, 4, … (0 to 2 are the special tokens of {@link testVocabulary}).
 */
export type PartialSignals = {
  readonly [Name in Exclude<SignalName, 'logProb'> | 'crossEntropy']?: ArrayLike<number>;
} & {
  readonly sequence?: ArrayLike<number>;
  readonly position?: ArrayLike<number>;
  readonly tokenId?: ArrayLike<number>;
} & ({ readonly logProb: ArrayLike<number> } | { readonly probabilities: ArrayLike<number> });

function countedWithin(sequence: Int32Array): Int32Array {
  const next = new Map<number, number>();
  return sequence.map((number) => {
    const position = next.get(number) ?? 0;
    next.set(number, position + 1);
    return position;
  });
}

/**
 * Makes the signals of a micro-batch from a test's arrays.
 *
 * @throws ConformanceError when arrays differ in length
 */
export function tokenSignals(partial: PartialSignals): TokenSignals {
  const logProb =
    'logProb' in partial ? Float32Array.from(partial.logProb) : Float32Array.from(partial.probabilities, Math.log);
  const { length } = logProb;
  const sequence = partial.sequence === undefined ? new Int32Array(length) : Int32Array.from(partial.sequence);
  const others = [...signalNames.filter((name) => name !== 'logProb'), 'crossEntropy' as const].flatMap((name) => {
    const values = partial[name];
    return values === undefined ? [] : [[name, Float32Array.from(values)] as const];
  });
  const signals: TokenSignals = {
    length,
    logProb,
    sequence,
    position: partial.position === undefined ? countedWithin(sequence) : Int32Array.from(partial.position),
    tokenId: Int32Array.from(partial.tokenId ?? Array.from({ length }, (_, token) => token + 3)),
    ...Object.fromEntries(others),
  };
  for (const [name, values] of Object.entries(signals)) {
    const found = (values as ArrayLike<number>).length;
    if (name !== 'length' && found !== length) {
      throw new ConformanceError('signals', `"${name}" has ${found} values, but there are ${length} log-probabilities`);
    }
  }
  return signals;
}

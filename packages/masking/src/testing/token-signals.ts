import { createRandom, signalNames, type SignalName, type TokenSignals, type WeighContext } from '@profit-sft/core';

/** Tokens with the given probabilities, of one sequence unless `more` says otherwise. */
export function signalsOf(
  probabilities: readonly number[],
  more: Partial<Record<SignalName | 'crossEntropy', readonly number[]>> & {
    readonly sequence?: readonly number[];
    readonly tokenId?: readonly number[];
  } = {},
): TokenSignals {
  const { length } = probabilities;
  const sequence = Int32Array.from(more.sequence ?? new Int32Array(length));
  const floats = Object.fromEntries(
    [...signalNames, 'crossEntropy' as const].flatMap((name) => {
      const values = more[name];
      return values === undefined ? [] : [[name, Float32Array.from(values)]];
    }),
  );
  return {
    length,
    logProb: Float32Array.from(probabilities, Math.log),
    sequence,
    position: sequence.map((own, token) => sequence.slice(0, token).filter((other) => other === own).length),
    tokenId: Int32Array.from(more.tokenId ?? Array.from({ length }, (_, token) => token)),
    ...floats,
  };
}

/** Every signal there is, as a model of eight tokens whose references have these log-probabilities might have it. */
export function everySignal(logProbs: readonly number[], sequence?: readonly number[]): TokenSignals {
  const probabilities = logProbs.map((logProb) => Math.min(1, Math.exp(logProb)));
  return signalsOf(probabilities, {
    logProb: logProbs,
    ...(sequence === undefined ? {} : { sequence }),
    entropy: probabilities.map((probability) => 2 * (1 - probability)),
    topEntropy: probabilities.map((probability) => 1.9 * (1 - probability)),
    rank: probabilities.map((probability) => (probability > 0.5 ? 1 : 8)),
    expectedRank: probabilities.map((probability) => 1 + 3.5 * (1 - probability)),
    maxProb: probabilities.map((probability) => Math.max(probability, (1 - probability) / 2)),
    sumSquaredProb: probabilities.map((probability) => probability ** 2 + (1 - probability) ** 2 / 7),
    mass: probabilities,
    referenceLogProb: logProbs.map((logProb) => logProb / 2),
    referenceMass: probabilities.map(Math.sqrt),
    previousLogProb: logProbs.map((logProb) => logProb - 0.1),
  });
}

export function contextAt(step = 1, more: Partial<WeighContext> = {}): WeighContext {
  return { step, totalSteps: 10, random: createRandom(7, 'masking', step, 0), ...more };
}

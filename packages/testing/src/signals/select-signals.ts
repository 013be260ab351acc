import { signalNames, type SignalName, type TokenSignals } from '@profit-sft/core';

const perToken = ['sequence', 'position', 'tokenId', ...signalNames, 'crossEntropy'] as const;

/** The signals of some tokens, in the order of `tokens` (indices); new arrays. */
export function tokensOf(signals: TokenSignals, tokens: readonly number[]): TokenSignals {
  const chosen: Record<string, unknown> = { length: tokens.length };
  for (const name of perToken) {
    const values = signals[name];
    if (values === undefined) continue;
    const Values = values.constructor as unknown as { from(items: readonly number[]): typeof values };
    chosen[name] = Values.from(tokens.map((token) => values[token]));
  }
  return chosen as unknown as TokenSignals;
}

/** The tokens of some sequences, in the order they have. */
export function tokensOfSequences(signals: TokenSignals, sequences: ReadonlySet<number>): number[] {
  return [...signals.sequence.keys()].filter((token) => sequences.has(signals.sequence[token]));
}

/** What an engine gives a rule: the signals it declares in `needs`, `logProb`, and the cross-entropy of its second term. */
export function neededSignals(
  signals: TokenSignals,
  rule: { readonly needs: readonly SignalName[]; readonly distributionTerm?: unknown },
): TokenSignals {
  const { length, logProb, sequence, position, tokenId, crossEntropy } = signals;
  return {
    length,
    logProb,
    sequence,
    position,
    tokenId,
    ...Object.fromEntries(
      rule.needs.flatMap((name) => (signals[name] === undefined ? [] : [[name, signals[name]] as const])),
    ),
    ...(rule.distributionTerm === undefined || crossEntropy === undefined ? {} : { crossEntropy }),
  };
}

export function copyOfSignals(signals: TokenSignals): TokenSignals {
  return tokensOf(signals, [...signals.logProb.keys()]);
}

/** The first per-token array in which two sets of signals differ. */
export function firstDifference(a: TokenSignals, b: TokenSignals): string | undefined {
  return perToken.find((name) => {
    const [first, second] = [a[name], b[name]];
    if (first === undefined || second === undefined) return first !== second;
    return first.length !== second.length || first.some((value, token) => !Object.is(value, second[token]));
  });
}

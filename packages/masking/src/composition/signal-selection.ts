import { signalNames, type TokenSignals } from '@profit-sft/core';

const optionalSignals = [...signalNames.filter((name) => name !== 'logProb'), 'crossEntropy' as const];

/** The indices of the tokens that `selects` says yes to, in order. */
export function tokensWhere({ length }: TokenSignals, selects: (token: number) => boolean): Int32Array {
  const tokens = new Int32Array(length);
  let count = 0;
  for (let token = 0; token < length; token++) if (selects(token)) tokens[count++] = token;
  return tokens.slice(0, count);
}

/** The signals of some tokens, in the order of `tokens`. Numbers of sequences and positions stay what they were. */
export function selectTokens(signals: TokenSignals, tokens: Int32Array): TokenSignals {
  if (tokens.length === signals.length) return signals;
  const floats = (values: Float32Array): Float32Array => Float32Array.from(tokens, (token) => values[token]);
  const integers = (values: Int32Array): Int32Array => tokens.map((token) => values[token]);
  const optional = optionalSignals.flatMap((name) => {
    const values = signals[name];
    return values === undefined ? [] : [[name, floats(values)] as const];
  });
  return {
    length: tokens.length,
    logProb: floats(signals.logProb),
    sequence: integers(signals.sequence),
    position: integers(signals.position),
    tokenId: integers(signals.tokenId),
    ...Object.fromEntries(optional),
  };
}

/** Writes the values of the selected `tokens` to their places in `target`. */
export function scatter(values: Float32Array, tokens: Int32Array, target: Float32Array): void {
  tokens.forEach((token, index) => (target[token] = values[index]));
}

import { InvalidConfigError, type SignalName, type TokenSignals } from '@profit-sft/core';

/** The signal `name`, which `rule` lists in its `needs`. Outside ProFit's trainer somebody may forget to compute it. */
export function requiredSignal(
  rule: string,
  signals: TokenSignals,
  name: Exclude<SignalName, 'logProb'>,
): Float32Array {
  const values = signals[name];
  if (values === undefined) {
    throw new InvalidConfigError(`masking rule "${rule}"`, [
      { path: '', message: `needs the signal "${name}", which is not among the signals it was given` },
    ]);
  }
  return values;
}

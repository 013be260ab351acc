import type { TokenSignals } from '@profit-sft/core';

type Arrays = Record<string, Float32Array | Int32Array>;

/** Signals of several micro-batches as those of one: what a rule of scope `step` sees. */
export function concatenateSignals(parts: readonly TokenSignals[]): TokenSignals {
  if (parts.length === 1) return parts[0];
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const joined: Arrays = {};
  for (const [name, first] of Object.entries(parts[0] as unknown as Arrays)) {
    if (name === 'length') continue;
    const array = first instanceof Int32Array ? new Int32Array(length) : new Float32Array(length);
    let at = 0;
    for (const part of parts as unknown as readonly Arrays[]) {
      array.set(part[name], at);
      at += part[name].length;
    }
    joined[name] = array;
  }
  return { ...joined, length } as unknown as TokenSignals;
}

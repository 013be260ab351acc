import { InvalidConfigError, type Json } from '@profit-sft/core';

export function refuseState(rule: string, message: string): never {
  throw new InvalidConfigError(`masking rule "${rule}"`, [{ path: '', message }]);
}

export function isRecord(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The saved state of `rule` as an object, or a refusal that says whose state it is. */
export function ownState(rule: string, state: Json): { readonly [key: string]: Json } {
  if (!isRecord(state) || typeof state.rule !== 'string') {
    return refuseState(rule, 'the state to load is not one that a rule saved');
  }
  if (state.rule !== rule) {
    return refuseState(rule, `the state to load was saved by the rule "${state.rule}"`);
  }
  return state;
}

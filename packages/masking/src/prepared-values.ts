import { InvalidConfigError, type Json, type MaskingRule } from '@profit-sft/core';
import { isRecord, ownState, refuseState } from './saved-state.js';

/** Null stands for what cannot be found because there were no tokens to look at. */
type Found = Readonly<Record<string, number | null>>;

/** Numbers that a rule finds out in `prepare`, reads in `weigh` and keeps in its state. */
export interface PreparedValues<Name extends string> {
  set(found: Readonly<Record<Name, number | null>>): void;
  /** Throws where nothing was prepared or loaded. */
  get(): Readonly<Record<Name, number | null>>;
  readonly state: NonNullable<MaskingRule['state']>;
}

export function preparedValues<const Name extends string>(rule: string, names: readonly Name[]): PreparedValues<Name> {
  let values: Found | undefined;

  function checked(prepared: Json): Found {
    if (!isRecord(prepared)) return refuseState(rule, 'the state to load has no prepared values');
    return Object.fromEntries(
      names.map((name) => {
        const value = Object.hasOwn(prepared, name) ? prepared[name] : undefined;
        if (value === null || (typeof value === 'number' && Number.isFinite(value))) return [name, value];
        return refuseState(rule, `the state to load has no number "${name}"`);
      }),
    );
  }

  return {
    set(found) {
      values = found;
    },
    get() {
      if (values === undefined) {
        throw new InvalidConfigError(`masking rule "${rule}"`, [
          {
            path: '',
            message:
              'ranks tokens over the whole training set: call prepare with its signals, or load a state, before weigh',
          },
        ]);
      }
      return values as Readonly<Record<Name, number | null>>;
    },
    state: {
      save: () => ({ rule, prepared: values ?? null }),
      load(state) {
        const { prepared } = ownState(rule, state);
        values = prepared === null ? undefined : checked(prepared);
      },
    },
  };
}

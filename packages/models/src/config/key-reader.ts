import { InvalidModelError } from '@profit-sft/core';
import { isJsonObject, type JsonObject } from './read-json-file.js';

export interface Bounds {
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Typed access to the keys of a JSON object; each method throws {@link InvalidModelError} naming the key. `null` counts
 * as absent. A key without a default is required.
 */
export interface KeyReader {
  integer(key: string, bounds: Bounds, defaultValue?: number): number;
  /** A finite number in the bounds. */
  number(key: string, bounds: Bounds, defaultValue?: number): number;
  /** A finite number above 0. */
  positive(key: string, defaultValue?: number): number;
  boolean(key: string, defaultValue: boolean): boolean;
  string(key: string, defaultValue?: string): string;
  /** One integer, several, or none. */
  integers(key: string, bounds: Bounds): readonly number[];
  object(key: string): KeyReader | undefined;
  /** The value as it is, `undefined` where absent or `null`. */
  value(key: string): unknown;
  keys(): readonly string[];
  /** An error about a key. */
  error(key: string, message: string): InvalidModelError;
}

export function keyReader(document: JsonObject, file: string, path = ''): KeyReader {
  const error = (key: string, message: string): InvalidModelError =>
    new InvalidModelError(file, `${path}${key} ${message}`);
  const value = (key: string): unknown =>
    Object.hasOwn(document, key) && document[key] !== null ? document[key] : undefined;
  const expected = (key: string, what: string): InvalidModelError =>
    error(key, `must be ${what}, but is ${shown(value(key))}`);
  const withDefault = <T>(key: string, what: string, fits: (found: unknown) => found is T, defaultValue?: T): T => {
    const found = value(key);
    if (found === undefined) {
      if (defaultValue === undefined) throw error(key, `is missing (${what})`);
      return defaultValue;
    }
    if (!fits(found)) throw expected(key, what);
    return found;
  };
  const integerIn =
    ({ minimum, maximum }: Bounds) =>
    (found: unknown): found is number =>
      Number.isSafeInteger(found) && (found as number) >= minimum && (found as number) <= maximum;
  return {
    integer: (key, bounds, defaultValue) =>
      withDefault(key, `an integer from ${bounds.minimum} to ${bounds.maximum}`, integerIn(bounds), defaultValue),
    number: (key, { minimum, maximum }, defaultValue) =>
      withDefault(
        key,
        `a number from ${minimum} to ${maximum}`,
        (found): found is number => typeof found === 'number' && found >= minimum && found <= maximum,
        defaultValue,
      ),
    positive: (key, defaultValue) =>
      withDefault(
        key,
        'a positive number',
        (found): found is number => typeof found === 'number' && found > 0 && Number.isFinite(found),
        defaultValue,
      ),
    boolean: (key, defaultValue) =>
      withDefault(key, 'true or false', (found): found is boolean => typeof found === 'boolean', defaultValue),
    string: (key, defaultValue) =>
      withDefault(key, 'a string', (found): found is string => typeof found === 'string', defaultValue),
    integers(key, bounds) {
      const found = value(key);
      if (found === undefined) return [];
      const list: unknown[] = Array.isArray(found) ? found : [found];
      if (!list.every(integerIn(bounds))) {
        throw expected(key, `an integer or a list of integers from ${bounds.minimum} to ${bounds.maximum}`);
      }
      return list;
    },
    object(key) {
      const found = value(key);
      if (found === undefined) return undefined;
      if (!isJsonObject(found)) throw expected(key, 'an object');
      return keyReader(found, file, `${path}${key}.`);
    },
    value,
    keys: () => Object.keys(document),
    error,
  };
}

/** A value of a file as an error shows it. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

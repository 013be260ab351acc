import { isDeepStrictEqual } from 'node:util';

/** Where two outcomes differ first, with what is there; undefined where they do not. */
export function firstDifference(actual: unknown, expected: unknown, path = ''): string | undefined {
  if (isDeepStrictEqual(actual, expected)) return undefined;
  if (isTree(actual) && isTree(expected)) {
    const names = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
    for (const name of names) {
      const found = firstDifference(actual[name], expected[name], path === '' ? name : `${path}.${name}`);
      if (found !== undefined) return found;
    }
  }
  return `${path} is ${shortened(actual)} instead of ${shortened(expected)}`;
}

const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const shortened = (value: unknown): string => String(JSON.stringify(value)).slice(0, 120);

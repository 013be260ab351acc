import { InvalidConfigError } from '../errors/errors.js';
import { parseJson } from '../json/parse-json.js';

/** A `--set` of the command line: a dotted path and a value, parsed as JSON where it is JSON, else a string. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** @throws InvalidConfigError when the text is not `path=value` */
export function parseSetting(text: string): Setting {
  const equals = text.indexOf('=');
  const path = text.slice(0, Math.max(0, equals)).split('.');
  if (equals < 1 || path.some((key) => key === '')) {
    throw new InvalidConfigError(`--set ${text}`, [
      { path: '', message: 'expected key=value, e.g. masking.threshold=0.2' },
    ]);
  }
  const raw = text.slice(equals + 1);
  try {
    return { path, value: parseJson(raw) };
  } catch {
    return { path, value: raw };
  }
}

/** What a plugin reference stands for when an option of it is set while it is a plain name, a file, or absent. */
const shorthands: Readonly<Record<string, (current: unknown) => Record<string, unknown>>> = {
  masking: (name = 'profit') => ({ name }),
  backend: (name = 'onnxruntime') => ({ name }),
  'data.train': (path) => ({ name: 'file', ...(path === undefined ? {} : { path }) }),
  'data.eval': (path) => ({ name: 'file', ...(path === undefined ? {} : { path }) }),
};

/** Sets a value in a configuration in place, making the objects on the way; `null` removes the key. */
export function applySetting(
  config: Record<string, unknown>,
  { path, value }: Setting,
  subject = `--set ${path.join('.')}`,
): void {
  // Such a key could otherwise reach the prototype that all objects share.
  const unsafe = path.find((key) => ['__proto__', 'prototype', 'constructor'].includes(key));
  if (unsafe !== undefined) throw new InvalidConfigError(subject, [{ path: '', message: `"${unsafe}" is not a key` }]);
  let target: Record<string, unknown> | unknown[] = config;
  path.slice(0, -1).forEach((key, depth) => {
    const at = path.slice(0, depth + 1).join('.');
    let next = Object.hasOwn(target, key) ? (target as Record<string, unknown>)[key] : undefined;
    if ((next === undefined || typeof next === 'string') && Object.hasOwn(shorthands, at)) next = shorthands[at](next);
    else next ??= {};
    if (typeof next !== 'object' || next === null) {
      const message = `has no keys to set: it is ${JSON.stringify(next)}`;
      throw new InvalidConfigError(subject, [{ path: at, message }]);
    }
    assign(target, key, next, at, subject);
    target = next as Record<string, unknown>;
  });
  assign(target, path[path.length - 1], value, path.join('.'), subject);
}

function assign(
  target: Record<string, unknown> | unknown[],
  key: string,
  value: unknown,
  at: string,
  subject: string,
): void {
  if (!Array.isArray(target)) {
    if (value === null) delete target[key];
    else target[key] = value;
    return;
  }
  const index = Number(key);
  if (!/^\d+$/.test(key) || index > target.length) {
    throw new InvalidConfigError(subject, [{ path: at, message: `is not an index of a list of ${target.length}` }]);
  }
  target[index] = value;
}

import { exitCodes, ProfitError, schema, type ConfigIssue, type ErrorKind } from '@profit-sft/core';
import type { Outcome } from './protocol.js';
import type { SerialisedError } from './serialised-error.js';

const { anything, array, custom, integer, object, oneOf, optional, record, string } = schema;

/** @throws ProfitError that says what is wrong with the first field that is */
export function readWith<T>(fields: schema.Schema<T, unknown>, value: unknown, subject: string): T {
  const issues: ConfigIssue[] = [];
  const read = fields.parse(value, '', issues);
  if (issues.length === 0) return read;
  const [{ path, message }] = issues;
  throw new ProfitError('backend', `${subject}${path === '' ? '' : `: ${path}`}: ${message}`);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A message, by the fields of its type.
 *
 * @param none what is said of what has no such type
 * @throws ProfitError where it is no message of these types
 */
export function readMessage(
  types: Readonly<Record<string, schema.Schema<unknown, unknown>>>,
  message: unknown,
  none: string,
  subject: (type: string) => string,
): unknown {
  const type = isObject(message) ? message.type : undefined;
  if (typeof type !== 'string' || !Object.hasOwn(types, type)) throw new ProfitError('backend', none);
  return readWith(types[type], message, subject(type));
}

/** Of a call, a prompt, a token. */
export const index = integer({ minimum: 0 });

export function floats(length?: number) {
  const expects = length === undefined ? 'Float32Array' : `Float32Array of ${length}`;
  return custom<Float32Array>(expects, (value, path, issues) => {
    if (value instanceof Float32Array && (length === undefined || value.length === length)) return value;
    issues.push({ path, message: `expected ${expects}` });
    return new Float32Array(0);
  });
}

interface IndexBounds {
  /** Default: none. */
  readonly below?: number;
  readonly length?: number;
  /** Or the most of them. */
  readonly atMost?: number;
}

/** Integers from 0. */
export function indices({ below = Infinity, length, atMost = Infinity }: IndexBounds = {}) {
  const size = length !== undefined ? ` of ${length}` : atMost < Infinity ? ` of at most ${atMost}` : '';
  const expects = `Int32Array${size} with integers ≥ 0${below < Infinity ? ` and < ${below}` : ''}`;
  return custom<Int32Array>(expects, (value, path, issues) => {
    const fits =
      value instanceof Int32Array &&
      value.length === (length ?? value.length) &&
      value.length <= atMost &&
      value.every((one) => one >= 0 && one < below);
    if (fits) return value;
    issues.push({ path, message: `expected ${expects}` });
    return new Int32Array(0);
  });
}

/** A number that need not be finite: the trainer has words for that. */
export const anyNumber = custom<number>('number', (value, path, issues) => {
  if (typeof value === 'number') return value;
  issues.push({ path, message: 'expected a number' });
  return NaN;
});

/** Errors cause each other no deeper; one that came in a message may even cause itself. */
const deepestCause = 50;

function errorFields(depth: number): schema.Schema<SerialisedError, unknown> {
  return object({
    name: string(),
    message: string(),
    stack: optional(string()),
    classes: array(string()),
    kind: optional(oneOf(Object.keys(exitCodes) as ErrorKind[])),
    fields: record(anything({ optional: true })),
    cause: optional(
      custom<SerialisedError>('error', (value, path, issues) => {
        if (depth < deepestCause) return errorFields(depth + 1).parse(value, path, issues);
        issues.push({ path, message: `errors cause each other more than ${deepestCause} deep` });
        return value as SerialisedError;
      }),
    ),
  }) as unknown as schema.Schema<SerialisedError, unknown>;
}
const error = errorFields(0);

/** What a call or a question came to; the value is the reader's to check. */
export const outcome = custom<Outcome<unknown>>('outcome', (value, path, issues) => {
  if (isObject(value)) {
    if (Object.hasOwn(value, 'error')) return { error: error.parse(value.error, `${path}.error`, issues) };
    if (Object.hasOwn(value, 'value')) return { value: value.value };
  }
  issues.push({ path, message: 'expected a value or an error' });
  return { value: undefined };
});

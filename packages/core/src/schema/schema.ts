import type { StandardSchemaV1 } from '@standard-schema/spec';
import { closestName } from '../errors/closest-name.js';
import { InvalidConfigError, type ConfigIssue } from '../errors/errors.js';

/**
 * A description of a configuration value: validates, fills defaults, and says what it accepts, so that `profit list`,
 * the documentation and error messages come from the same place. Implements Standard Schema; plugin authors may use
 * any other Standard Schema (zod, valibot, …) for their options instead.
 */
export interface Schema<Output, Input = Output> extends StandardSchemaV1<Input, Output> {
  /** What is accepted, for people: `number in [0, 1]`, `"high" | "low"`. */
  readonly expects: string;
  readonly description: string | undefined;
  readonly defaultValue: Output | undefined;
  readonly optional: boolean;
  /** For objects: the schema of each key. */
  readonly fields: Readonly<Record<string, Schema<unknown, unknown>>> | undefined;
  /** Validates `value`; pushes what is wrong to `issues` and returns the parsed value (meaningless if any was pushed). */
  parse(value: unknown, path: string, issues: ConfigIssue[]): Output;
}

export type InferOutput<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<S> : never;
export type InferInput<S> = S extends StandardSchemaV1 ? StandardSchemaV1.InferInput<S> : never;

interface Common<T> {
  readonly description?: string;
  readonly default?: T;
}

/** A value with a default may be left out of the input. */
type InputOf<T, Options> = Options extends { readonly default: unknown } ? T | undefined : T;

function define<Output, Input>(
  expects: string,
  common: Common<Output> & { optional?: boolean },
  check: (value: unknown, path: string, issues: ConfigIssue[]) => Output,
  fields?: Readonly<Record<string, Schema<unknown, unknown>>>,
): Schema<Output, Input> {
  const schema: Schema<Output, Input> = {
    expects,
    description: common.description,
    defaultValue: common.default,
    optional: common.optional === true || common.default !== undefined,
    fields,
    parse(value, path, issues) {
      if (value === undefined) {
        if (common.default !== undefined) {
          // A copy: what one caller does to its configuration must not change the next one's defaults.
          return typeof common.default === 'object' ? structuredClone(common.default) : common.default;
        }
        if (common.optional === true) return undefined as Output;
        issues.push({ path, message: `is required (${expects})` });
        return undefined as Output;
      }
      return check(value, path, issues);
    },
    '~standard': {
      version: 1,
      vendor: 'profit-sft',
      validate(value) {
        const issues: ConfigIssue[] = [];
        const output = schema.parse(value, '', issues);
        if (issues.length === 0) return { value: output };
        return {
          issues: issues.map(({ path, message }) => (path === '' ? { message } : { message, path: path.split('.') })),
        };
      },
    },
  };
  return schema;
}

function shown(value: unknown): string {
  if (typeof value === 'number' || value === undefined) return String(value);
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    // Bigints and circular objects have no JSON.
    text = typeof value === 'bigint' ? `${value}n` : 'a value that is not JSON';
  }
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function mismatch<T>(expects: string, value: unknown, path: string, issues: ConfigIssue[]): T {
  issues.push({ path, message: `expected ${expects}, got ${shown(value)}` });
  return undefined as T;
}

interface NumberBounds extends Common<number> {
  readonly minimum?: number;
  readonly maximum?: number;
  /** The bounds themselves are not allowed: both, or one of them. */
  readonly exclusive?: boolean | 'minimum' | 'maximum';
}

function numeric(kind: 'number' | 'integer', options: NumberBounds): Schema<number, number> {
  const { minimum, maximum, exclusive } = options;
  const above = exclusive === true || exclusive === 'minimum';
  const below = exclusive === true || exclusive === 'maximum';
  const expects =
    minimum === undefined && maximum === undefined
      ? kind
      : maximum === undefined
        ? `${kind} ${above ? '>' : '≥'} ${minimum}`
        : minimum === undefined
          ? `${kind} ${below ? '<' : '≤'} ${maximum}`
          : `${kind} in ${above ? '(' : '['}${minimum}, ${maximum}${below ? ')' : ']'}`;
  return define(expects, options, (value, path, issues) => {
    const fits =
      typeof value === 'number' &&
      Number.isFinite(value) &&
      (kind === 'number' || Number.isSafeInteger(value)) &&
      (minimum === undefined || (above ? value > minimum : value >= minimum)) &&
      (maximum === undefined || (below ? value < maximum : value <= maximum));
    return fits ? value : mismatch(expects, value, path, issues);
  });
}

/** Finite number, optionally bounded. */
export function number<const O extends NumberBounds>(options?: O): Schema<number, InputOf<number, O>> {
  return numeric('number', options ?? {}) as Schema<number, InputOf<number, O>>;
}

/** Safe integer, optionally bounded. */
export function integer<const O extends NumberBounds>(options?: O): Schema<number, InputOf<number, O>> {
  return numeric('integer', options ?? {}) as Schema<number, InputOf<number, O>>;
}

export function string<const O extends Common<string>>(options?: O): Schema<string, InputOf<string, O>> {
  return define('string', options ?? {}, (value, path, issues) =>
    typeof value === 'string' ? value : mismatch('string', value, path, issues),
  );
}

export function boolean<const O extends Common<boolean>>(options?: O): Schema<boolean, InputOf<boolean, O>> {
  return define('boolean', options ?? {}, (value, path, issues) =>
    typeof value === 'boolean' ? value : mismatch('boolean', value, path, issues),
  );
}

/** One of a fixed list of strings. */
export function oneOf<const T extends readonly string[], const O extends Common<T[number]>>(
  values: T,
  options?: O,
): Schema<T[number], InputOf<T[number], O>> {
  const expects = values.map((value) => JSON.stringify(value)).join(' | ');
  return define<T[number], InputOf<T[number], O>>(expects, options ?? {}, (value, path, issues) => {
    if (typeof value === 'string' && values.includes(value)) return value as T[number];
    const suggestion = typeof value === 'string' ? closestName(value, values) : undefined;
    const message = `expected ${expects}, got ${shown(value)}`;
    issues.push({ path, message: suggestion === undefined ? message : `${message}. Did you mean "${suggestion}"?` });
    return undefined as unknown as T[number];
  });
}

export function array<Output, Input, const O extends Common<Output[]> & { readonly minimumLength?: number }>(
  item: Schema<Output, Input>,
  options?: O,
): Schema<Output[], InputOf<Input[], O>> {
  const expects = `array of ${item.expects}`;
  return define<Output[], InputOf<Input[], O>>(expects, options ?? {}, (value, path, issues) => {
    if (!Array.isArray(value)) return mismatch(expects, value, path, issues);
    if (value.length < (options?.minimumLength ?? 0)) {
      issues.push({ path, message: `expected at least ${options?.minimumLength} items, got ${value.length}` });
    }
    return value.map((entry, index) => item.parse(entry, path === '' ? String(index) : `${path}.${index}`, issues));
  });
}

/**
 * The first alternative that accepts the value. Where none does, complaints are those of the alternative that looked
 * inside the value and found the least wrong.
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the input type is contravariant only in name
export function union<const T extends readonly Schema<any, any>[], const O extends Common<InferOutput<T[number]>>>(
  alternatives: T,
  options?: O,
): Schema<InferOutput<T[number]>, InputOf<InferInput<T[number]>, O>> {
  const list = alternatives as unknown as readonly Schema<InferOutput<T[number]>, unknown>[];
  const expects = list.map((alternative) => alternative.expects).join(' | ');
  return define<InferOutput<T[number]>, InputOf<InferInput<T[number]>, O>>(
    expects,
    options ?? {},
    (value, path, issues) => {
      let closest: ConfigIssue[] | undefined;
      for (const alternative of list) {
        const found: ConfigIssue[] = [];
        const output = alternative.parse(value, path, found);
        if (found.length === 0) return output;
        const lookedInside = found.some((issue) => issue.path.length > path.length);
        if (lookedInside && (closest === undefined || found.length < closest.length)) closest = found;
      }
      issues.push(...(closest ?? [{ path, message: `expected ${expects}, got ${shown(value)}` }]));
      return undefined as InferOutput<T[number]>;
    },
  );
}

/** An object of any keys whose values are all of one kind, e.g. options by a name that the user chooses. */
export function record<Output, Input, const O extends Common<Record<string, Output>>>(
  item: Schema<Output, Input>,
  options?: O,
): Schema<Readonly<Record<string, Output>>, InputOf<Readonly<Record<string, Input>>, O>> {
  const expects = `object of ${item.expects}`;
  return define<Readonly<Record<string, Output>>, InputOf<Readonly<Record<string, Input>>, O>>(
    expects,
    options ?? {},
    (value, path, issues) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return mismatch(expects, value, path, issues);
      }
      // fromEntries defines its keys, so that one named __proto__ stays data.
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [
          key,
          item.parse(entry, path === '' ? key : `${path}.${key}`, issues),
        ]),
      );
    },
  );
}

/** A value that a function of one's own checks: it returns the parsed value or pushes what is wrong to `issues`. */
export function custom<Output, Input = Output>(
  expects: string,
  check: (value: unknown, path: string, issues: ConfigIssue[]) => Output,
  options: { readonly description?: string } = {},
): Schema<Output, Input> {
  return define<Output, Input>(expects, options, check);
}

/** Any JSON value, handed on unchecked: for options that their plugin validates itself. */
export function anything(options: Common<unknown> & { optional?: boolean } = {}): Schema<unknown, unknown> {
  return define('any value', options, (value) => value);
}

/** Makes a schema's value optional: absent stays `undefined`. */
export function optional<Output, Input>(schema: Schema<Output, Input>): Schema<Output | undefined, Input | undefined> {
  return define<Output | undefined, Input | undefined>(
    schema.expects,
    { description: schema.description, optional: true },
    (value, path, issues) => schema.parse(value, path, issues),
    schema.fields,
  );
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any schema, whatever its types
type Fields = Readonly<Record<string, Schema<any, any>>>;
type OptionalKeys<F extends Fields> = {
  [K in keyof F]: undefined extends InferInput<F[K]> ? K : never;
}[keyof F];
export type ObjectOutput<F extends Fields> = { readonly [K in keyof F]: InferOutput<F[K]> };
/** Keys whose schema has a default or is optional may be left out of the input. */
export type ObjectInput<F extends Fields> = { readonly [K in Exclude<keyof F, OptionalKeys<F>>]: InferInput<F[K]> } & {
  readonly [K in OptionalKeys<F>]?: InferInput<F[K]>;
};

/** What `open` adds to the type of an object. */
type OpenKeys<O> = O extends { readonly open: true } ? { readonly [key: string]: unknown } : unknown;

/**
 * An object with exactly these keys. An unknown key is an error that suggests the nearest known one.
 * `open` keeps unknown keys unchecked (options that belong to a plugin).
 */
export function object<
  const F extends Fields,
  const O extends Common<ObjectOutput<F>> & { readonly open?: boolean } = Record<never, never>,
>(fields: F, options?: O): Schema<ObjectOutput<F> & OpenKeys<O>, InputOf<ObjectInput<F> & OpenKeys<O>, O>> {
  const table = fields as unknown as Record<string, Schema<unknown, unknown>>;
  const names = Object.keys(table);
  const schema = define<ObjectOutput<F>, ObjectInput<F>>(
    'object',
    options ?? {},
    (value, path, issues) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        return mismatch('object', value, path, issues);
      }
      const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
      const output: Record<string, unknown> = {};
      for (const key of Object.keys(value)) {
        if (Object.hasOwn(table, key)) continue;
        if (options?.open === true) {
          // defineProperty, not assignment: a key named __proto__ must stay data.
          Object.defineProperty(output, key, {
            value: (value as Record<string, unknown>)[key],
            enumerable: true,
            writable: true,
            configurable: true,
          });
          continue;
        }
        const suggestion = closestName(key, names);
        issues.push({
          path: at(key),
          message:
            `unknown key.${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`} ` +
            `Known keys: ${names.length === 0 ? 'none' : names.join(', ')}`,
        });
      }
      for (const name of names) {
        const entry = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
        const parsed = table[name].parse(entry, at(name), issues);
        if (parsed !== undefined) output[name] = parsed;
      }
      return output as ObjectOutput<F>;
    },
    table,
  );
  return schema as unknown as Schema<ObjectOutput<F> & OpenKeys<O>, InputOf<ObjectInput<F> & OpenKeys<O>, O>>;
}

/** Parses `value` with any Standard Schema, or throws {@link InvalidConfigError} naming `subject`. */
export function parseWith<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
  subject: string,
): StandardSchemaV1.InferOutput<S> {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) {
    throw new InvalidConfigError(subject, [{ path: '', message: 'asynchronous option schemas are not supported' }]);
  }
  if (result.issues === undefined) return result.value;
  throw new InvalidConfigError(
    subject,
    result.issues.map((issue) => ({
      path: (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
      message: issue.message,
    })),
  );
}

/** Whether a Standard Schema is one of ours, which can describe its options. */
export function isDescribable(schema: StandardSchemaV1): schema is Schema<unknown, unknown> {
  return schema['~standard'].vendor === 'profit-sft';
}

/** One option of a plugin, for lists and documentation. */
export interface OptionDescription {
  readonly name: string;
  readonly expects: string;
  /** Has to be given. */
  readonly required: boolean;
  /** `null` where there is none. */
  readonly default: unknown;
  readonly description: string;
}

/** The options of an object schema; empty for a foreign Standard Schema, which cannot be listed. */
export function describeOptions(schema: StandardSchemaV1): OptionDescription[] {
  if (!isDescribable(schema) || schema.fields === undefined) return [];
  return Object.entries(schema.fields).map(([name, field]) => ({
    name,
    expects: field.expects,
    required: !field.optional,
    default: field.defaultValue ?? null,
    description: field.description ?? '',
  }));
}

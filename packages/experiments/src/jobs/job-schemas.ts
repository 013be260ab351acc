import { schema, type Json } from '@profit-sft/core';

const { anything, array, boolean, custom, number, object, optional, record, string, union } = schema;

/** A hash names a directory, so it may be nothing else than what `hashOf` makes. */
const hash = custom<string>('16 hexadecimal digits', (value, path, issues) => {
  if (typeof value === 'string' && /^[0-9a-f]{16}$/.test(value)) return value;
  issues.push({ path, message: 'expected 16 hexadecimal digits' });
  return '';
});
const labels = record(union([string(), number()]));
const settings = record(anything());

/** `specification.json`, as far as its readers take it for granted. */
export const specificationSchema = object(
  {
    hash,
    labels,
    run: settings,
    file: string(),
    evaluations: record(
      object(
        { evaluator: anything(), data: union([string(), object({ name: string() }, { open: true })]) },
        { open: true },
      ),
    ),
    folder: string(),
    trains: boolean(),
    waitsFor: array(
      object({ key: string(), hash, reference: object({ result: string(), of: labels }, { open: true }) }),
    ),
  },
  { open: true },
);

/** A metric that is no finite number is `null` in JSON. */
const metrics = record(
  custom<number>('number', (value, path, issues) => {
    if (typeof value === 'number') return value;
    if (value !== null) issues.push({ path, message: 'expected a number' });
    return NaN;
  }),
);

/** `result.json`. */
export const resultSchema = object(
  {
    hash: string(),
    labels,
    metrics,
    seconds: number(),
    environment: string(),
    commands: array(string()),
  },
  { open: true },
);

/** `failure.json`. */
export const failureSchema = object({ message: string(), time: string() }, { open: true });

/** `ablation.json`. */
export const recordSchema = object(
  {
    format: number({ minimum: 1, maximum: 1 }),
    repeats: string(),
    baseline: optional(labels),
    metrics: array(string()),
    runs: array(object({ hash, labels }, { open: true })),
  },
  { open: true },
);

/** A file of `evaluations/`. The items are not copied: there may be thousands, which are looked at again every second. */
export const evaluationSchema = object(
  {
    metrics,
    items: custom<readonly Readonly<Record<string, Json>>[]>('array of objects', (value, path, issues) => {
      const isObject = (item: unknown): boolean => typeof item === 'object' && item !== null && !Array.isArray(item);
      if (!Array.isArray(value) || !value.every(isObject))
        issues.push({ path, message: 'expected an array of objects' });
      return value as readonly Readonly<Record<string, Json>>[];
    }),
  },
  { open: true },
);

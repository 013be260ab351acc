import { schema } from '@profit-sft/core';

const { anything, array, boolean, custom, number, object, record, string, union } = schema;

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

/** `result.json`. A metric that is no finite number is `null` in JSON. */
export const resultSchema = object(
  {
    hash: string(),
    labels,
    metrics: record(
      custom<number>('number', (value, path, issues) => {
        if (typeof value === 'number') return value;
        if (value !== null) issues.push({ path, message: 'expected a number' });
        return NaN;
      }),
    ),
    seconds: number(),
    environment: string(),
    commands: array(string()),
  },
  { open: true },
);

/** `failure.json`. */
export const failureSchema = object({ message: string(), time: string() }, { open: true });

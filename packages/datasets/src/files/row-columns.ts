import { InvalidConfigError, schema } from '@profit-sft/core';
import { RowProblem } from '../parse-row.js';

const path = (what: string) => schema.optional(schema.string({ description: `path of ${what}` }));

/** Where a row's parts are in a record: a column's name, or a path into it, `instances.0.output`. */
export const rowColumnsSchema = schema.object(
  {
    prompt: path('the prompt; named alone, the record’s other columns are kept for an evaluator to grade by'),
    completion: path('its answer'),
    references: schema.optional(
      schema.union([schema.string(), schema.array(schema.string(), { minimumLength: 1 })], {
        description: 'path of a right answer or a list of them, or several paths',
      }),
    ),
    messages: path('a list of messages'),
    conversations: path('a list of messages as ShareGPT has them'),
    text: path('the text'),
    instruction: path('the instruction, in Alpaca’s prompt'),
    input: path('its input'),
    output: path('its output'),
    source: path('the name of the part of a mixture'),
  },
  {
    description:
      'where a row’s parts are, by path: {"prompt": "question", "completion": "answer.text"}; default: columns that have the names of a row’s keys',
  },
);

export type RowColumns = Partial<schema.InferOutput<typeof rowColumnsSchema>>;

const forms: readonly (readonly (keyof RowColumns)[])[] = [
  ['prompt'],
  ['prompt', 'completion'],
  ['prompt', 'references'],
  ['messages'],
  ['conversations'],
  ['text'],
  ['instruction', 'output'],
];

/** Refuses columns that make no row, or two at once, before a file is read. */
export function checkColumns(columns: RowColumns, subject: string): void {
  const named = Object.keys(columns).filter((key) => key !== 'source' && key !== 'input');
  const fits = forms.some((form) => form.length === named.length && form.every((key) => named.includes(key)));
  const strayInput = columns.input !== undefined && columns.instruction === undefined;
  if (fits && !strayInput) return;
  const accepted = forms.map((form) => form.join(' and ')).join('; ');
  const message = `name the columns of one kind of row: ${accepted}; input goes with instruction`;
  throw new InvalidConfigError(subject, [{ path: 'columns', message }]);
}

/** A prompt alone, whose row keeps what else its record holds. */
const isPromptAlone = (columns: RowColumns): boolean =>
  Object.keys(columns).every((key) => key === 'prompt' || key === 'source');

/** Every path that is read; `undefined` where all columns are. */
export function pathsOf(columns: RowColumns): string[] | undefined {
  if (isPromptAlone(columns)) return undefined;
  return Object.values(columns)
    .flat()
    .filter((path) => path !== undefined);
}

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null;

/** The value at a path, by own keys only; a key that has a dot in its name comes first. */
export function valueAt(record: unknown, path: string): unknown {
  if (!isObject(record)) return undefined;
  if (Object.hasOwn(record, path)) return record[path];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot);
    if (Object.hasOwn(record, head)) return valueAt(record[head], path.slice(dot + 1));
  }
  return undefined;
}

/** Numbers and truth values as text: answers are often columns of integers. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  return ['number', 'bigint', 'boolean'].includes(typeof value) ? String(value) : value;
}

/** The names of a record's columns, for messages. */
export function columnNames(record: unknown): string {
  if (!isObject(record)) return 'none: it is no object';
  const names = Object.keys(record);
  const shown = names.slice(0, 20).map((name) => JSON.stringify(name.slice(0, 40)));
  return `${shown.join(', ')}${names.length > shown.length ? `, and ${names.length - shown.length} more` : ''}`;
}

function required(record: unknown, path: string, key: string): unknown {
  const value = valueAt(record, path);
  if (value === undefined || value === null) {
    const what = value === null ? `"${path}", the ${key}, is null` : `has no "${path}", the ${key}`;
    throw new RowProblem(`${what}; its columns are ${columnNames(record)}`);
  }
  return value;
}

/** A record's values under the keys of a row. Throws {@link RowProblem} for a column that is not there. */
export function selectColumns(record: unknown, columns: RowColumns): JsonObject {
  const entries = Object.entries(columns).map(([key, path]): [string, unknown] => {
    if (key === 'references') {
      return [key, [path as string | string[]].flat().flatMap((one) => asText(required(record, one, 'references')))];
    }
    const at = path as string;
    if (key === 'messages' || key === 'conversations') return [key, required(record, at, key)];
    // An instruction without an input has nothing there.
    if (key === 'input') return [key, asText(valueAt(record, at) ?? '')];
    return [key, asText(required(record, at, key))];
  });
  if (isPromptAlone(columns) && isObject(record)) {
    const others = Object.entries(record).filter(([column]) => !Object.values(columns).includes(column));
    // Not spread into the row: a column called `completion` would make another row of it.
    entries.push(['metadata', Object.fromEntries(others)]);
  }
  return Object.fromEntries(entries);
}

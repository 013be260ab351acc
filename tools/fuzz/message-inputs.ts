import { deserialize, serialize } from 'node:v8';
import { ProfitError } from '@profit-sft/core';
import fc, { type Arbitrary } from 'fast-check';
import { mutatedBytes } from './mutate-bytes.js';
import { mutatedJson } from './mutate-json.js';
import { textOf } from './write-input.js';

const arrays = { Float32Array, Int32Array } as const;
type ArrayName = keyof typeof arrays;
const isArrayName = (name: string): name is ArrayName => Object.hasOwn(arrays, name);

/** Typed arrays as what JSON has: `{"Int32Array": [1]}`. */
function toJson(value: unknown): unknown {
  if (value instanceof Float32Array || value instanceof Int32Array) return { [value.constructor.name]: [...value] };
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(toJson);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

/** And back; what nests deeper than a message stays as it is. */
function fromJson(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null || depth > 20) return value;
  if (Array.isArray(value)) return value.map((inner) => fromJson(inner, depth + 1));
  const entries = Object.entries(value);
  const [[name, inner]] = entries.length === 1 ? entries : [['', undefined]];
  if (isArrayName(name) && Array.isArray(inner)) return new arrays[name](inner.map(Number));
  return Object.fromEntries(entries.map(([key, own]) => [key, fromJson(own, depth + 1)]));
}

/** Messages of Node's channel between processes: up to three, changed in their structure, or the bytes of one changed. */
export function messageInputs(messages: readonly object[]): Arbitrary<Uint8Array> {
  const documents = messages.map((message) => toJson(message) as object);
  const lines = fc.array(mutatedJson(documents), { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 3, arbitrary: lines.map((texts) => new TextEncoder().encode(texts.join('\n'))) },
    mutatedBytes(messages.map((message) => serialize(message))),
  );
}

/**
 * The messages of an input.
 *
 * @throws ProfitError for bytes that Node cannot read: its channel ends the process that receives them, with an error of its own
 */
export function messagesOf(input: Uint8Array): unknown[] {
  try {
    // What V8 has serialised begins with this byte, which no text does.
    if (input[0] === 0xff) return [deserialize(input)];
    return textOf(input)
      .split('\n')
      .map((line) => fromJson(JSON.parse(line)));
  } catch (cause) {
    throw new ProfitError('internal', 'no message', { cause });
  }
}

import { copyFile, mkdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { InvalidModelError, parseJson } from '@profit-sft/core';

/** Larger than any published tokenizer (Gemma 3: 33 MB); keeps a wrong file from filling the memory. */
const maxBytes = 256 * 1024 * 1024;

/** What belongs to a tokenizer in a Hugging Face model directory. */
const companions = [
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.jinja',
  'chat_template.json',
  'vocab.json',
  'merges.txt',
  'tokenizer.model',
];

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}

/** A text file, or `undefined` when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  let size: number;
  try {
    const entry = await stat(path);
    if (!entry.isFile()) throw new InvalidModelError(path, 'is not a file');
    size = entry.size;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (cause instanceof InvalidModelError) throw cause;
    throw new InvalidModelError(path, `cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (size > maxBytes) throw new InvalidModelError(path, `is ${size} bytes; at most ${maxBytes} are read`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    throw new InvalidModelError(path, `cannot be read as UTF-8 text: ${(cause as Error).message}`, { cause });
  }
}

/** A JSON file that holds an object, or `undefined` when there is none. */
export async function readJsonObject(path: string): Promise<JsonObject | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (cause) {
    const message = (cause as Error).message;
    throw new InvalidModelError(path, `is not valid JSON (truncated or corrupt?): ${message}`, { cause });
  }
  if (!isJsonObject(value)) throw new InvalidModelError(path, 'must hold a JSON object');
  return value;
}

/** Copies the tokenizer's files, bytes unchanged. Copying a directory onto itself does nothing. */
export async function copyTokenizerFiles(from: string, to: string): Promise<void> {
  if (resolve(from) === resolve(to)) return;
  await mkdir(to, { recursive: true });
  for (const name of companions) {
    const source = join(from, name);
    if (await exists(source)) await copyFile(source, join(to, name));
  }
}

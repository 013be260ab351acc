import { open } from 'node:fs/promises';
import { InvalidModelError, parseJson } from '@profit-sft/core';

/** A JSON object read from outside: keys are own properties, whatever their names. */
export type JsonObject = Readonly<Record<string, unknown>>;

export interface JsonFile {
  readonly text: string;
  readonly document: JsonObject;
}

/** No configuration or index of a real model comes near this. */
const maxBytes = 64 * 1024 * 1024;

/**
 * Reads a file that must hold one JSON object. `undefined` when the file does not exist.
 * Throws {@link InvalidModelError} when it is unreadable, too large, or not a JSON object.
 */
export async function readJsonFile(path: string): Promise<JsonFile | undefined> {
  let text: string;
  try {
    const handle = await open(path, 'r');
    try {
      const { size } = await handle.stat();
      if (size > maxBytes)
        throw new InvalidModelError(path, `is ${size} bytes long, more than the ${maxBytes} allowed`);
      text = await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof InvalidModelError) throw cause;
    // ENOTDIR: the model "directory" is a file.
    if (['ENOENT', 'ENOTDIR'].includes((cause as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new InvalidModelError(path, `cannot be read (${(cause as Error).message})`, { cause });
  }
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (cause) {
    throw new InvalidModelError(path, `is not valid JSON (${(cause as Error).message})`, { cause });
  }
  if (!isJsonObject(document)) throw new InvalidModelError(path, 'must hold a JSON object');
  return { text, document };
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

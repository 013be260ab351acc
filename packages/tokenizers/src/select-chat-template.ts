import { InvalidModelError } from '@profit-sft/core';
import { isJsonObject } from './tokenizer-files.js';

/**
 * The template that plain conversations use: the string, or of a list of `{ name, template }` the one named `default`.
 * `undefined` when there is none.
 */
export function selectChatTemplate(value: unknown, file: string): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) {
    throw new InvalidModelError(file, 'chat_template must be a string or a list of { name, template }');
  }
  const entries = value.map((entry: unknown) => {
    if (isJsonObject(entry) && typeof entry.name === 'string' && typeof entry.template === 'string') {
      return { name: entry.name, template: entry.template };
    }
    throw new InvalidModelError(file, 'each entry of chat_template must be { name: string, template: string }');
  });
  const chosen = entries.find((entry) => entry.name === 'default') ?? (entries.length === 1 ? entries[0] : undefined);
  if (chosen === undefined && entries.length > 0) {
    const names = entries.map((entry) => entry.name).join(', ');
    throw new InvalidModelError(file, `chat_template has no entry named "default"; it has: ${names}`);
  }
  return chosen?.template;
}

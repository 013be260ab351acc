import type { Json, LabelledSpan, Message, Row } from '@profit-sft/core';
import { alpacaPrompt } from './alpaca-prompt.js';
import { plainJson } from './plain-json.js';

/** What a row may be, for error messages. */
const accepted =
  'A row is {"messages": [{"role", "content"}, …]}, {"conversations": [{"from", "value"}, …]}, ' +
  '{"prompt", "completion"}, {"prompt", "references": [text, …]}, {"prompt"} with whatever an evaluator grades by, ' +
  '{"text"}, or {"instruction", "output"} with an optional "input"';

/** Why a value is no row. */
export class RowProblem extends Error {}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

function textAt(object: JsonObject, key: string, where = `"${key}"`): string {
  const value = object[key];
  if (typeof value !== 'string') throw new RowProblem(`${where} must be text, it is ${kindOf(value)}. ${accepted}.`);
  return value;
}

/** The roles of ShareGPT conversations, by what they are called in messages. */
const shareGptRoles: Readonly<Record<string, string>> = {
  ...{ system: 'system', human: 'user', user: 'user', gpt: 'assistant', assistant: 'assistant' },
  ...{ chatgpt: 'assistant', bard: 'assistant', bing: 'assistant', tool: 'tool', observation: 'tool' },
};

/** A message as `{role, content}`, or as ShareGPT writes it, `{from, value}`. */
function message(value: unknown, index: number, key: string): Message {
  const where = `${key}[${index}]`;
  if (!isObject(value)) throw new RowProblem(`${where} must be an object, it is ${kindOf(value)}. ${accepted}.`);
  if (Object.hasOwn(value, 'from') && !Object.hasOwn(value, 'role')) {
    const from = textAt(value, 'from', `${where}.from`);
    if (!Object.hasOwn(shareGptRoles, from)) {
      const known = Object.keys(shareGptRoles).join(', ');
      throw new RowProblem(`${where}.from is ${JSON.stringify(from.slice(0, 40))}; it may be ${known}`);
    }
    return { role: shareGptRoles[from], content: textAt(value, 'value', `${where}.value`) };
  }
  return {
    role: textAt(value, 'role', `${where}.role`),
    content: textAt(value, 'content', `${where}.content`),
  };
}

function reference(value: unknown, index: number): string {
  // Sets that keep something beside each answer write it as an object.
  if (isObject(value)) return textAt(value, 'text', `references[${index}].text`);
  if (typeof value === 'string') return value;
  throw new RowProblem(`references[${index}] must be text, it is ${kindOf(value)}. ${accepted}.`);
}

/** Shape only: whether the spans fit their text is for the annotator that reads them, which reports it for that response. */
function labelledSpans(object: JsonObject, references: number): LabelledSpan[][] {
  const lists = list(object, 'labelledSpans');
  if (lists.length !== references) {
    throw new RowProblem(`"labelledSpans" has ${lists.length} lists for ${references} references`);
  }
  return lists.map((spans, index) => {
    if (!Array.isArray(spans)) throw new RowProblem(`labelledSpans[${index}] must be a list, it is ${kindOf(spans)}`);
    return spans.map((span: unknown, position): LabelledSpan => {
      const { start, end, label } = isObject(span) ? span : {};
      if (typeof start === 'number' && typeof end === 'number' && (label === 'core' || label === 'trivial')) {
        return { start, end, label };
      }
      const expected = '{"start", "end", "label": "core" or "trivial"}';
      throw new RowProblem(`labelledSpans[${index}][${position}] must be ${expected}`);
    });
  });
}

function list(object: JsonObject, key: string): readonly unknown[] {
  const value = object[key];
  if (!Array.isArray(value)) throw new RowProblem(`"${key}" must be a list, it is ${kindOf(value)}. ${accepted}.`);
  if (value.length === 0) throw new RowProblem(`"${key}" is empty`);
  return value;
}

/** The other keys of a row that is a prompt alone; a row in memory has them in `metadata` already. */
function promptOnly(value: JsonObject): Row {
  const { prompt: _, source, metadata, ...others } = value;
  const rest = plainJson({
    ...others,
    ...(isObject(metadata) ? metadata : metadata === undefined ? {} : { metadata }),
    ...(source === undefined || typeof source === 'string' ? {} : { source }),
  }) as Record<string, Json>;
  const prompt = textAt(value, 'prompt');
  return Object.keys(rest).length === 0 ? { prompt } : { prompt, metadata: rest };
}

/**
 * A parsed JSON value as a row, with its `source` where that is text. Other keys are ignored, but those of a prompt without
 * an answer are kept as `metadata`. Throws {@link RowProblem}.
 */
export function parseRow(value: unknown): Row {
  if (!isObject(value)) throw new RowProblem(`is ${kindOf(value)}, not an object. ${accepted}.`);
  const row = parseContent(value);
  return Object.hasOwn(value, 'source') && typeof value.source === 'string' ? { ...row, source: value.source } : row;
}

function parseContent(value: JsonObject): Row {
  const has = (key: string): boolean => Object.hasOwn(value, key);
  for (const key of ['messages', 'conversations']) {
    if (has(key)) return { messages: list(value, key).map((turn, index) => message(turn, index, key)) };
  }
  if (has('references')) {
    const references = list(value, 'references').map(reference);
    const prompt = textAt(value, 'prompt');
    if (!has('labelledSpans')) return { prompt, references };
    return { prompt, references, labelledSpans: labelledSpans(value, references.length) };
  }
  if (has('completion')) return { prompt: textAt(value, 'prompt'), completion: textAt(value, 'completion') };
  // Before `text`: Stanford Alpaca's own file has prompt and answer there once more, as one text.
  if (has('instruction') && has('output')) {
    const input = has('input') && value.input !== null ? textAt(value, 'input') : '';
    return { prompt: alpacaPrompt(textAt(value, 'instruction'), input), completion: textAt(value, 'output') };
  }
  if (has('text')) return { text: textAt(value, 'text') };
  if (has('prompt')) return promptOnly(value);
  const keys = Object.keys(value)
    .slice(0, 10)
    .map((key) => JSON.stringify(key.slice(0, 40)));
  throw new RowProblem(`has ${keys.length === 0 ? 'no keys' : `the keys ${keys.join(', ')}`}. ${accepted}.`);
}

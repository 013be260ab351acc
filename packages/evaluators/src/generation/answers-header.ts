import { createHash } from 'node:crypto';
import type { Json } from '@profit-sft/core';
import type { Decoding } from './decoding.js';

/** What the answers of a file depend on. */
export interface AnswersSettings {
  readonly evaluator: string;
  /** Names weights and tokenizer. */
  readonly model: string;
  readonly runtime: string;
  /** Fingerprint of the data set. */
  readonly data: string;
  /** Hash of all prompts, in their order. */
  readonly prompts: string;
  readonly items: number;
  readonly repeats: number;
  readonly decoding: Decoding;
  readonly seed: number;
}

/** The first line of an answers file. */
export interface AnswersHeader extends AnswersSettings {
  /** Version of the format. */
  readonly answers: 1;
  /** Hash of the settings. */
  readonly hash: string;
}

/** The header line of answers with these settings. */
export function answersHeader(settings: AnswersSettings): AnswersHeader {
  return { answers: 1, hash: settingsHash(settings), ...settings };
}

/** Keys in one order at every depth, so that equal settings have one text. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, ordered(inner)]));
}

function settingsHash(settings: Partial<AnswersSettings>): string {
  return createHash('sha256')
    .update(JSON.stringify(ordered(settings)))
    .digest('hex');
}

/** The settings of a header, flat: `decoding.temperature`. */
function flatSettings(header: AnswersSettings): Map<string, Json | undefined> {
  const { evaluator, model, runtime, data, prompts, items, repeats, decoding, seed } = header;
  return new Map<string, Json | undefined>([
    ...Object.entries({ evaluator, model, runtime, data, prompts, items, repeats, seed }),
    ...Object.entries(decoding).map(([key, value]): [string, Json] => [`decoding.${key}`, value as Json]),
  ]);
}

const shown = (value: Json | undefined): string => {
  if (value === undefined) return 'not set';
  const text = JSON.stringify(value);
  return text.length > 24 ? `${text.slice(0, 20)}…` : text;
};

/** The names of settings that say what is graded; the others say how it was written. */
export const gradedSettings: readonly string[] = ['evaluator', 'data', 'prompts', 'items'];

/** What differs between a file's settings and others, for people; of all settings, or of some. */
export function differences(file: AnswersSettings, wanted: AnswersSettings, only?: readonly string[]): string[] {
  const [there, here] = [flatSettings(file), flatSettings(wanted)];
  const names = [...new Set([...there.keys(), ...here.keys()])].filter((name) => only?.includes(name) ?? true);
  return names
    .filter((name) => JSON.stringify(there.get(name)) !== JSON.stringify(here.get(name)))
    .map((name) => `${name} is ${shown(there.get(name))} there and ${shown(here.get(name))} here`);
}

/** Whether a parsed first line is a header whose hash is that of its settings: one that was written by hand is none. */
export function isAnswersHeader(value: unknown): value is AnswersHeader {
  if (typeof value !== 'object' || value === null) return false;
  const { answers, hash, ...settings } = value as Partial<AnswersHeader>;
  return answers === 1 && hash === settingsHash(settings);
}

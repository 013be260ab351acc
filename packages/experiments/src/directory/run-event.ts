import { probabilityBins, type RunEvent } from '@profit-sft/core';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

const isNumber: Check = Number.isFinite;
const isText: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isListOf =
  (isItem: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(isItem);
const isBins: Check = (value) => isListOf(isCount)(value) && (value as unknown[]).length === probabilityBins;
const or =
  (other: unknown, check: Check): Check =>
  (value) =>
    value === other || check(value);
/** Logs of before a field was recorded do not have it. */
const maybe = (check: Check): Check => or(undefined, check);

function hasFields(value: unknown, fields: Fields): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(fields).every(([name, check]) => check((value as Readonly<Record<string, unknown>>)[name]));
}
const objectOf =
  (fields: Fields): Check =>
  (value) =>
    hasFields(value, fields);

const isTracedExample: Check = (value) => {
  const fields = {
    texts: maybe(isListOf(isText)),
    targets: maybe(isListOf(isCount)),
    logProbs: isListOf(isNumber),
    weights: isListOf(isNumber),
  };
  if (!hasFields(value, fields)) return false;
  const { texts, targets, logProbs, weights } = value as Readonly<Record<string, readonly unknown[] | undefined>>;
  if (logProbs?.length !== weights?.length) return false;
  if (targets === undefined) return texts === undefined;
  return targets.length === logProbs?.length && targets.every((at) => (at as number) < (texts?.length ?? 0));
};

const probabilities: Fields = { probabilityCounts: maybe(isBins), keptCounts: maybe(isBins) };

/** What each kind of event holds, besides `type` and `step`. */
const kinds: Readonly<Record<RunEvent['type'], Fields>> = {
  start: { totalSteps: isCount, parameters: isCount, runtime: isText, masking: isText, seed: isNumber },
  memory: { parts: isListOf(objectOf({ name: isText, bytes: isNumber })), total: isNumber, notes: isListOf(isText) },
  step: {
    ...{ epoch: isNumber, objective: isNumber, meanNll: isNumber, keptFraction: isNumber, meanWeight: isNumber },
    ...{ meanProb: isNumber, gradientNorm: or(null, isNumber), learningRate: isNumber, seconds: isNumber },
    ...{ scoredTokens: isCount, tokens: isCount, overflowed: maybe(isBoolean), ...probabilities },
  },
  evaluation: {
    ...{ meanNll: isNumber, objective: isNumber, keptFraction: isNumber, meanProb: isNumber, tokens: isCount },
    ...probabilities,
  },
  tokens: { examples: isListOf(isTracedExample) },
  preparation: { what: isText, done: isNumber, total: isNumber },
  checkpoint: { directory: isText },
  warning: { code: isText, message: isText },
  resume: { directory: isText },
  end: { status: isText },
};

/** Whether a line of a log is an event as a trainer writes it: what is shown of a log, and reckoned with, comes from a file that others may write. */
export function isRunEvent(value: unknown): value is RunEvent {
  if (!hasFields(value, { type: isText, step: isCount })) return false;
  const { type } = value as { type: string };
  return Object.hasOwn(kinds, type) && hasFields(value, kinds[type as RunEvent['type']]);
}

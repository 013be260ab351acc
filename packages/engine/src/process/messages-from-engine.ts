import { modelSignalNames, ProfitError, schema, type Generation } from '@profit-sft/core';
import type { HeadSignalArrays } from '../passes/passes.js';
import { anyNumber, floats, index, indices, outcome, readMessage, readWith } from './message-fields.js';
import type { FromEngine, GenerationReport, Method, Methods } from './protocol.js';

const { array, boolean, integer, number, object, oneOf, optional, string } = schema;

const type = string();
// Values may hold more than their contract says: backends of other packages run in processes, too.
const open = { open: true } as const;
const generation = (below: number, atMost: number) =>
  object({ tokens: indices({ below, atMost }), finishReason: oneOf(['stop', 'length']) }, open);

const messages: { readonly [T in FromEngine['type']]: schema.Schema<unknown, unknown> } = {
  reply: object({ type, call: index, outcome }),
  generation: object({
    ...{ type, call: index, generated: index, prompts: indices(), tokens: indices() },
    finished: array(object({ prompt: index, generation: generation(Infinity, Infinity) })),
  }),
  question: object({ type, id: index, call: index, first: index, count: index }),
};

/**
 * What the process of a model sent, if it is a message at all. What it says has to fit the call that it is about: see `replyValue` and
 * `checkReport`.
 *
 * @throws ProfitError for what is no message
 */
export function readFromEngine(message: unknown): FromEngine {
  const subject = (type: string): string => `its message "${type}"`;
  return readMessage(messages, message, 'what it sent is no message', subject) as FromEngine;
}

/** @throws ProfitError where the report is about prompts or tokens that are not there */
export function checkReport(
  { prompts, tokens, finished }: GenerationReport,
  [asked, { maxTokens }]: Parameters<Methods['generate']>,
  vocabularySize: number,
): void {
  const fields = object({
    prompts: indices({ below: asked.length, length: tokens.length }),
    tokens: indices({ below: vocabularySize }),
    finished: array(
      object({
        prompt: integer({ minimum: 0, maximum: asked.length - 1 }),
        generation: generation(vocabularySize, maxTokens),
      }),
    ),
  });
  readWith(fields, { prompts, tokens, finished }, 'its report of a generation');
}

type ReadResult<Args, Value> = (value: unknown, args: Args, vocabularySize: number, subject: string) => Value;
type ReadValue<M extends Method> = ReadResult<Parameters<Methods[M]>, ReturnType<Methods[M]>>;

const description = object(
  {
    architecture: string(),
    parameterCount: index,
    trainableParameterCount: optional(index),
    adapter: optional(oneOf(['lora'])),
    vocabularySize: integer({ minimum: 1 }),
    maxPositions: integer({ minimum: 1 }),
    endIds: array(index),
    runtime: string(),
    signals: array(oneOf(modelSignalNames)),
    distributionTerms: array(oneOf(['reference', 'tempered'])),
  },
  open,
);
const bytes = number({ minimum: 0 });
const memoryPlan = optional(
  object({ parts: array(object({ name: string(), bytes })), total: bytes, notes: array(string()) }, open),
);
const update = object({ gradientNorm: anyNumber, overflowed: optional(boolean()) }, open);

const signals: ReadResult<Parameters<Methods['score']>, HeadSignalArrays> = (
  value,
  [{ scored }, needs],
  _,
  subject,
) => {
  const required = new Set<string>(['logProb', ...needs]);
  const names = [...modelSignalNames, 'crossEntropy'] as const;
  const array = floats(scored.length);
  const fields = Object.fromEntries(names.map((name) => [name, required.has(name) ? array : optional(array)]));
  return readWith(object(fields), value, subject) as unknown as HeadSignalArrays;
};
const nothing = (): void => undefined;

const values: { readonly [M in Method]: ReadValue<M> } = {
  open: (value, _, __, subject) => readWith(description, value, subject),
  forward: signals,
  score: signals,
  update: (value, _, __, subject) => readWith(update, value, subject) as ReturnType<Methods['update']>,
  logProbs: (value, [, , count], vocabularySize, subject) => readWith(floats(count * vocabularySize), value, subject),
  planMemory: (value, _, __, subject) => readWith(memoryPlan, value, subject),
  generate: (value, [prompts, { maxTokens }], vocabularySize, subject) => {
    const read = readWith(array(generation(vocabularySize, maxTokens)), value, subject);
    if (read.length === prompts.length) return read as Generation[];
    throw new ProfitError('backend', `${subject}: ${read.length} continuations of ${prompts.length} prompts`);
  },
  ...{ backward: nothing, release: nothing, clearGradients: nothing, distributions: nothing },
  ...{ releaseDistributions: nothing, save: nothing, saveState: nothing, loadState: nothing, dispose: nothing },
};

/**
 * What a call returned, as its method promises it: arrays of the batch's length, tokens of the vocabulary.
 *
 * @throws ProfitError where it is something else
 */
export function replyValue<M extends Method>(
  method: M,
  args: Parameters<Methods[M]>,
  value: unknown,
  vocabularySize: number,
): ReturnType<Methods[M]> {
  const read: ReadValue<M> = values[method];
  return read(value, args, vocabularySize, `what it returned for "${method}"`);
}

import { modelSignalNames, ProfitError, schema } from '@profit-sft/core';
import { anyNumber, floats, index, indices, isObject, outcome, readMessage, readWith } from './message-fields.js';
import type { Call, Method, ToEngine } from './protocol.js';

const { anything, array, boolean, custom, object, oneOf, optional, string, union } = schema;

type AnySchema = schema.Schema<unknown, unknown>;

const messages: { readonly [T in ToEngine['type']]: AnySchema } = {
  call: object({ type: string(), id: index, method: string(), args: array(anything({ optional: true })) }),
  answer: object({ type: string(), question: index, outcome }),
  stop: object({ type: string(), call: index, prompts: union([oneOf(['all']), array(index)]) }),
};

/**
 * What the parent process sent, if it is a message at all; a call's method and arguments are `checkCall`'s.
 *
 * @throws ProfitError for what is no message
 */
export function readToEngine(message: unknown): ToEngine {
  const subject = (type: string): string => `the message "${type}" to a model's process`;
  return readMessage(messages, message, "what a model's process was sent is no message", subject) as ToEngine;
}

const batch = custom<unknown>('batch', (value, path, issues) => {
  const { rows, columns, scored } = isObject(value) ? value : {};
  const size = Number(rows) * Number(columns);
  const placed = indices({ length: size });
  const { length } = isObject(scored) ? scored : {};
  const each = indices({ length: Number(length) });
  const fields = object({
    ...{ rows: index, columns: index, tokens: placed, segments: placed, positions: placed },
    scored: object({
      ...{ length: index, source: indices({ below: size, length: Number(length) }) },
      ...{ target: each, sequence: each, position: each },
    }),
  });
  return fields.parse(value, path, issues);
});
const needs = array(oneOf(modelSignalNames));
const passSettings = object({
  hasReference: boolean(),
  topK: optional(index),
  distribution: optional(object({ towards: oneOf(['reference', 'tempered']), temperature: optional(anyNumber) })),
});
// What a caller gives as it is may hold more than it has to.
const open = { open: true } as const;
const update = object(
  {
    ...{ learningRate: anyNumber, gradientScale: anyNumber, maxGradientNorm: anyNumber, weightDecay: anyNumber },
    ...{ beta1: anyNumber, beta2: anyNumber, epsilon: anyNumber },
  },
  open,
);
const shape = object({ rows: index, columns: index, scored: index }, open);
const generateSettings = object(
  {
    maxTokens: index,
    ...{ temperature: optional(anyNumber), topP: optional(anyNumber), topK: optional(anyNumber) },
    ...{ minP: optional(anyNumber), repetitionPenalty: optional(anyNumber), seed: optional(anyNumber) },
    ...{ seeds: optional(array(anyNumber)), endIds: optional(array(index)) },
    ...{ reports: boolean(), reportsTokens: boolean() },
  },
  open,
);

/** Of each method: what its arguments are. */
const methods: { readonly [M in Method]: readonly AnySchema[] } = {
  open: [string(), anything({ optional: true })],
  forward: [batch, needs, passSettings],
  backward: [index, floats(), optional(floats())],
  release: [index],
  update: [update],
  clearGradients: [],
  score: [batch, needs, passSettings],
  distributions: [batch],
  logProbs: [index, index, index],
  releaseDistributions: [index],
  planMemory: [shape],
  generate: [array(indices()), generateSettings],
  ...{ save: [string()], saveState: [string()], loadState: [string()] },
  dispose: [],
};

/** @throws ProfitError for a method that there is not, and for arguments that are not its own */
export function checkCall({ method, args }: Pick<Call, 'method' | 'args'>): void {
  if (!Object.hasOwn(methods, method)) throw new ProfitError('backend', `a model's process does no "${method}"`);
  const expected = methods[method];
  const subject = `the call "${method}" of a model's process`;
  if (args.length > expected.length) throw new ProfitError('backend', `${subject}: ${args.length} arguments`);
  expected.forEach((argument, position) => readWith(argument, args[position], `${subject}: argument ${position}`));
}

import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import {
  ProfitError,
  type FrozenModel,
  type ModelDescription,
  type TokenBatch,
  type TrainableModel,
} from '@profit-sft/core';
import { EngineConnection } from '../../../packages/engine/src/process/engine-connection.js';
import type { FromEngine, Method, Methods } from '../../../packages/engine/src/process/protocol.js';
import { serialiseError } from '../../../packages/engine/src/process/serialised-error.js';
import { modelReceiver } from '../../../packages/engine/src/process/serve-model.js';
import { HostMessages, type HostMessage } from '../../../packages/python-sandbox/src/host-messages.js';
import { jsonLinesInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { messageInputs, messagesOf } from '../message-inputs.js';

const result = { outcome: 'raised', error: 'ValueError: é', output: '1\n', droppedOutput: 0, seconds: 0.25 };

/** What is read of the input when the pipe brings it in two pieces, or why it is refused. */
function readInPieces(input: Uint8Array, at: number): HostMessage[] | ProfitError {
  const messages = new HostMessages();
  try {
    return [input.subarray(0, at), input.subarray(at)].flatMap((piece) => messages.read(piece));
  } catch (error) {
    if (ProfitError.isInstance(error)) return error;
    throw error;
  }
}

const vocabularySize = 3;
const description: ModelDescription = {
  ...{ architecture: 'qwen3', parameterCount: 9, vocabularySize, maxPositions: 16, runtime: 'cpu' },
  ...{ endIds: [2], signals: ['logProb', 'entropy'], distributionTerms: ['reference'] },
};
const batch: TokenBatch = {
  ...{ rows: 1, columns: 3, tokens: Int32Array.of(0, 1, 2) },
  ...{ segments: Int32Array.of(1, 1, 1), positions: Int32Array.of(0, 1, 2) },
  scored: {
    ...{ length: 2, source: Int32Array.of(0, 1), target: Int32Array.of(1, 2) },
    ...{ sequence: Int32Array.of(0, 0), position: Int32Array.of(0, 1) },
  },
};
const settings = { hasReference: true, distribution: { towards: 'reference' } } as const;
const update = {
  ...{ learningRate: 1e-3, gradientScale: 1, maxGradientNorm: Infinity, weightDecay: 0, beta1: 0.9, beta2: 0.999 },
  epsilon: 1e-8,
};
const prompts = [Int32Array.of(0), Int32Array.of(1, 2)];
const generating = { maxTokens: 4, reports: true, reportsTokens: true };
const generation = { tokens: Int32Array.of(1, 2), finishReason: 'stop' } as const;
const signals = { logProb: Float32Array.of(-1, -2), entropy: Float32Array.of(1, 1) };
const logProbs = new Float32Array(2 * vocabularySize).fill(-1);
const plan = { parts: [{ name: 'weights', bytes: 9 }], total: 9, notes: [] };

/** Calls to a model, and what it returns. */
const calls = [
  ['open', ['/m', {}], description],
  ['score', [batch, ['entropy'], settings], signals],
  ['distributions', [batch], undefined],
  ['logProbs', [2, 0, 2], logProbs],
  ['generate', [prompts, generating], [generation, generation]],
  ['update', [update], { gradientNorm: 1, overflowed: false }],
  ['planMemory', [{ rows: 1, columns: 3, scored: 2 }], plan],
] as const satisfies readonly (readonly [Method, readonly unknown[], unknown])[];
const reply = (call: number): object => ({ type: 'reply', call, outcome: { value: calls[call][2] } });
const numbers = calls.map((_, call) => call);

const failure = { error: serialiseError(new ProfitError('model', 'no', { cause: new RangeError('far') })) };
const fromEngine = [
  ...numbers.map(reply),
  { type: 'reply', call: 1, outcome: failure },
  { type: 'question', id: 0, call: 1, first: 0, count: 2 },
  {
    ...{ type: 'generation', call: 4, generated: 2, prompts: Int32Array.of(0, 1), tokens: Int32Array.of(1, 2) },
    finished: [{ prompt: 1, generation }],
  },
];

/** A process that says what it is told to. */
class SpokenProcess extends EventEmitter {
  readonly pid = 1;
  readonly sent: unknown[] = [];
  killed = false;
  send = (message: unknown): boolean => this.sent.push(message) > 0;
  kill = (): boolean => (this.killed = true);
  ref = (): void => undefined;
  unref = (): void => undefined;
}

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}
const isFloats = (value: unknown, length: number): boolean => value instanceof Float32Array && value.length === length;

/** Whether what a call returned is of the kind that its caller works with. */
function checkValue(method: Method, value: unknown): void {
  const own = value as never;
  const fits: Partial<{ readonly [M in Method]: (value: ReturnType<Methods[M]>) => boolean }> = {
    open: (opened) => opened.vocabularySize > 0 && Array.isArray(opened.endIds) && Array.isArray(opened.signals),
    score: ({ logProb, entropy }) => isFloats(logProb, 2) && isFloats(entropy, 2),
    logProbs: (array) => array.length % 2 === 0 && isFloats(array, array.length),
    generate: (made) =>
      made.length === 2 && made.every(({ tokens }) => tokens instanceof Int32Array && tokens.length <= 4),
    update: ({ gradientNorm }) => typeof gradientNorm === 'number',
    planMemory: (planned) => planned === undefined || typeof planned.total === 'number',
  };
  expect(fits[method]?.(own) ?? value === undefined, `took ${typeof value} as what "${method}" returns`);
}

/** Has the process of a model say these messages, and then whatever is still missing: each call has to come to a result or an error. */
async function hear(messages: readonly unknown[]): Promise<void> {
  const child = new SpokenProcess();
  const engine = new EngineConnection('fuzzed', child as unknown as ChildProcess);
  const reference = { logProbs: () => Promise.resolve(logProbs), release: () => undefined };
  let wrong: Error | undefined;
  const outcomes = calls.map(async ([method, args]) => {
    const onReport = ({ prompts, tokens }: { readonly prompts: Int32Array; readonly tokens: Int32Array }): void => {
      const fit = prompts.length === tokens.length && prompts.every((prompt) => prompt >= 0 && prompt < 2);
      if (!fit) wrong = new Error('took a report about prompts that are not there');
    };
    checkValue(method, await engine.call(method, args as never, { reference, onReport }).value);
  });
  const settled = Promise.allSettled(outcomes);
  const open = new Set(numbers);
  outcomes.forEach((outcome, number) => {
    const close = (): void => void open.delete(number);
    outcome.then(close, close);
  });
  for (const message of messages) {
    const before = open.size;
    child.emit('message', message);
    await setImmediate();
    const isReply = (message as { readonly type?: unknown } | null)?.type === 'reply';
    if (isReply && engine.alive) expect(open.size < before, 'a reply came to nothing');
  }
  for (const call of engine.alive ? [...open] : []) child.emit('message', reply(call));
  await setImmediate();
  expect(open.size === 0, `calls ${[...open].join()} still wait`);
  if (wrong !== undefined) throw wrong;
  const errors = (await settled).flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []));
  expect(engine.alive !== child.killed, 'a process that makes no sense goes on');
  // What the process itself says went wrong may be any error.
  const own = errors.filter((error) => error.message.startsWith('took '));
  if (own.length > 0) throw own[0];
  if (!engine.alive) throw errors.find((error) => ProfitError.isInstance(error)) ?? new Error('ended without a word');
}

/** A model that looks at what it is given. */
function lookingModel(wrong: string[]): FrozenModel {
  const look = (holds: boolean, what: string): void => void (holds || wrong.push(what));
  const fits = ({ rows, columns, tokens, scored }: TokenBatch): boolean =>
    tokens.length === rows * columns && scored.source.every((at) => at >= 0 && at < tokens.length);
  const model: Omit<TrainableModel, 'forward'> = {
    description,
    async score(given, _, options) {
      look(fits(given), 'a batch that does not fit together');
      const { length } = given.scored;
      if (options?.reference !== undefined) {
        look(
          isFloats(await options.reference.logProbs(0, length), length * vocabularySize),
          'a reference of another length',
        );
      }
      const array = new Float32Array(length);
      return { length, logProb: array, entropy: array, sequence: array, position: array, tokenId: array } as never;
    },
    distributions: (given) => {
      look(fits(given), 'a batch that does not fit together');
      const own = { logProbs: (_: number, count: number) => Promise.resolve(new Float32Array(count * vocabularySize)) };
      return Promise.resolve({ ...own, release: () => undefined });
    },
    generate: (given, { maxTokens }) => {
      look(given.every((prompt) => prompt instanceof Int32Array) && maxTokens >= 0, 'prompts that are none');
      return Promise.resolve(given.map(() => generation));
    },
    backward: () => Promise.resolve(),
    update: (options) => {
      look(
        Object.values(options).every((value) => typeof value === 'number'),
        'an update by what is no number',
      );
      return Promise.resolve({ gradientNorm: 1 });
    },
    clearGradients: () => undefined,
    planMemory: ({ rows }) => {
      look(typeof rows === 'number', 'a shape without rows');
      return Promise.resolve(plan);
    },
    ...{ save: () => Promise.resolve(), saveState: () => Promise.resolve(), loadState: () => Promise.resolve() },
    dispose: () => Promise.resolve(),
  };
  return model as unknown as FrozenModel;
}

const toEngine = [
  ...calls.map(([method, args], id) => ({ type: 'call', id, method, args })),
  { type: 'call', id: 8, method: 'clearGradients', args: [] },
  { type: 'call', id: 9, method: 'save', args: ['/m'] },
  { type: 'answer', question: 0, outcome: { value: logProbs } },
  { type: 'answer', question: 0, outcome: failure },
  { type: 'stop', call: 4, prompts: [0] },
  { type: 'stop', call: 4, prompts: 'all' },
];

/** Sends these messages to the process of a model, and answers its questions: each call has to be replied to once. */
async function serve(messages: readonly unknown[]): Promise<void> {
  const wrong: string[] = [];
  const sent: FromEngine[] = [];
  const receive = modelReceiver(
    () => Promise.resolve(lookingModel(wrong)),
    (message) => void sent.push(message),
  );
  const answered = new Set<number>();
  const answer = async (): Promise<void> => {
    await setImmediate();
    for (const message of [...sent]) {
      if (message.type !== 'question' || answered.has(message.id)) continue;
      answered.add(message.id);
      const value = new Float32Array(message.count * vocabularySize);
      await receive({ type: 'answer', question: message.id, outcome: { value } });
      await setImmediate();
    }
  };
  let asked = 0;
  const ask = (message: unknown): void => {
    const isCall = (message as { readonly type?: unknown } | null)?.type === 'call';
    void receive(message);
    if (isCall) asked++;
    const { question } = (message ?? {}) as { readonly question?: number };
    if (!isCall && question !== undefined) answered.add(question);
  };
  ask(toEngine[0]);
  await answer();
  ask(toEngine[1]);
  await setImmediate();
  let refusal: unknown;
  try {
    for (const message of messages) {
      ask(message);
      await setImmediate();
    }
    for (let round = 0; round < 3; round++) await answer();
  } catch (error) {
    refusal = error;
  }
  if (wrong.length > 0) throw new Error(`the model was given ${wrong[0]}`);
  if (refusal !== undefined) throw refusal as Error;
  const replies = sent.flatMap((message) => (message.type === 'reply' ? [message] : []));
  expect(replies.length === asked, `${replies.length} replies to ${asked} calls`);
  for (const { outcome } of replies) {
    if ('error' in outcome && outcome.error.message === '') throw new Error('an error without a message');
  }
}

export const processTargets: readonly FuzzTarget[] = [
  {
    name: 'sandbox-reply',
    times: 4,
    reads: 'what the process writes that runs Python programs',
    source: 'packages/python-sandbox/src/host-messages.ts',
    inputs: jsonLinesInputs([
      { started: true },
      { id: 1, result },
      { id: 2, result: { ...result, outcome: 'completed', error: undefined } },
      // Little less than the longest.
      { id: 3, result: { ...result, error: 'e'.repeat(498) } },
    ]),
    parse(input) {
      const whole = readInPieces(input, 0);
      for (const part of [0.3, 0.7]) {
        const pieces = readInPieces(input, Math.floor(part * input.length));
        const same =
          whole instanceof Error ? pieces instanceof Error : JSON.stringify(pieces) === JSON.stringify(whole);
        if (!same) throw new Error('what is read depends on how the pipe cut it');
      }
      if (whole instanceof Error) throw whole;
      for (const message of whole) {
        if (!('result' in message)) continue;
        const { error = '', output } = message.result;
        if (error.length > 500 || output.length > 65_536) throw new Error('took a text that is too long');
      }
    },
  },
  {
    name: 'engine-reply',
    times: 4,
    reads: 'what the process of a model tells its trainer',
    source: 'packages/engine/src/process/messages-from-engine.ts',
    inputs: messageInputs(fromEngine),
    parse: (input) => hear(messagesOf(input)),
  },
  {
    name: 'engine-call',
    times: 4,
    reads: 'what a trainer tells the process of a model',
    source: 'packages/engine/src/process/messages-to-engine.ts',
    inputs: messageInputs(toEngine),
    parse: (input) => serve(messagesOf(input)),
  },
];

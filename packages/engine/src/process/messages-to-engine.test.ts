import { ProfitError, type TokenBatch } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { checkCall, readToEngine } from './messages-to-engine.js';
import type { Call, FromEngine } from './protocol.js';
import { modelReceiver } from './serve-model.js';

const none = new Int32Array(2);
const batch = {
  ...{ rows: 1, columns: 2, tokens: none, segments: none, positions: none },
  scored: { length: 2, source: none, target: none, sequence: none, position: none },
} satisfies TokenBatch;
const settings = { hasReference: false };
const check = (method: string, ...args: unknown[]): void => checkCall({ method, args } as unknown as Call);

describe('what is no message', () => {
  test.each([
    [null, /no message/],
    [{ type: 'toString' }, /no message/],
    [{ type: 'call', id: 0, method: 'save' }, /"call" to a model's process: args: is required/],
    [{ type: 'call', id: -1, method: 'save', args: [] }, /id: expected integer ≥ 0/],
    [{ type: 'answer', question: 0, outcome: 1 }, /outcome: expected a value or an error/],
    [{ type: 'stop', call: 0, prompts: 'some' }, /prompts: expected "all"/],
  ])('%j', (message, why) => {
    expect(() => readToEngine(message)).toThrow(why);
    expect(() => readToEngine(message)).toThrow(ProfitError);
  });
});

describe('calls that are none', () => {
  const { scored } = batch;
  test.each([
    ['constructor', [], /a model's process does no "constructor"/],
    ['__proto__', [], /does no "__proto__"/],
    ['save', [], /the call "save" of a model's process: argument 0: is required/],
    ['save', ['/m', 1], /2 arguments/],
    [
      'score',
      [{ ...batch, segments: new Int32Array(1) }, [], settings],
      /argument 0: segments: expected Int32Array of 2/,
    ],
    [
      'score',
      [{ ...batch, scored: { ...scored, length: 3 } }, [], settings],
      /scored.source: expected Int32Array of 3/,
    ],
    ['score', [{ ...batch, scored: { ...scored, source: Int32Array.of(0, 2) } }, [], settings], /source: .* < 2/],
    ['score', [batch, ['constructor'], settings], /argument 1: 0: expected "logProb"/],
    ['backward', [0, [1, 1]], /argument 1: expected Float32Array/],
    ['generate', [[[1]], { maxTokens: 1, reports: false, reportsTokens: false }], /argument 0: 0: expected Int32Array/],
    ['generate', [[], { reports: false, reportsTokens: false }], /argument 1: maxTokens: is required/],
    ['update', [{}], /argument 0: learningRate: is required/],
  ])('%s %j', (method, args, why) => {
    expect(() => check(method, ...(args as unknown[]))).toThrow(why);
  });

  test('those that are go through', () => {
    check('score', batch, ['entropy'], { ...settings, topK: 5, distribution: { towards: 'reference' } });
    check('backward', 0, new Float32Array(2), undefined);
    check('generate', [none], { maxTokens: 1, seed: 3, topP: 0.5, endIds: [], reports: false, reportsTokens: true });
    check('dispose');
  });
});

const description = { vocabularySize: 3 };
/** What a process says to these messages, sent one behind the other. */
async function said(model: object, ...messages: unknown[]): Promise<FromEngine[]> {
  const sent: FromEngine[] = [];
  const receive = modelReceiver(
    () => Promise.resolve(model as never),
    (message) => void sent.push(message),
  );
  for (const message of messages) {
    void receive(message);
    await new Promise(setImmediate);
  }
  return sent;
}
const open = { type: 'call', id: 0, method: 'open', args: ['/m', {}] };

test('a call that is none is answered with an error, and the next one is done', async () => {
  const model = { description, save: () => Promise.resolve() };
  const calls = [
    { type: 'call', id: 1, method: 'hasOwnProperty', args: ['open'] },
    { type: 'call', id: 2, method: 'save', args: ['/m'] },
  ];
  const [, refused, saved] = await said(model, open, ...calls);
  expect(refused).toMatchObject({
    call: 1,
    outcome: { error: { message: 'a model\'s process does no "hasOwnProperty"' } },
  });
  expect(saved).toEqual({ type: 'reply', call: 2, outcome: { value: undefined } });
});

test('log-probabilities of a reference have one for each token of the vocabulary', async () => {
  interface Pass {
    readonly reference: { logProbs(first: number, count: number): Promise<Float32Array> };
  }
  const model = {
    description,
    score: async (_: unknown, __: unknown, { reference }: Pass) => ({ logProb: await reference.logProbs(0, 2) }),
  };
  const call = { type: 'call', id: 1, method: 'score', args: [batch, [], { hasReference: true }] };
  const answer = (length: number): object => ({
    ...{ type: 'answer', question: 0, outcome: { value: new Float32Array(length) } },
  });
  expect((await said(model, open, call, answer(6))).at(-1)).toMatchObject({ outcome: { value: {} } });
  const message = 'log-probabilities of the reference: expected Float32Array of 6';
  expect((await said(model, open, call, answer(5))).at(-1)).toMatchObject({ outcome: { error: { message } } });
  await expect(said(model, open, answer(6))).rejects.toThrow('an answer to question 0, which nobody asked');
});

test('distributions of tokens that a batch does not have are refused', async () => {
  const distributions = () => Promise.resolve({ logProbs: () => new Float32Array(3) });
  const call = (id: number, method: string, ...args: unknown[]): object => ({ type: 'call', id, method, args });
  const sent = await said(
    { description, distributions },
    open,
    call(1, 'distributions', batch),
    call(2, 'logProbs', 1, 1, 2),
  );
  expect(sent.at(-1)).toMatchObject({ outcome: { error: { message: 'distributions of tokens 1 to 3 of 2' } } });
});

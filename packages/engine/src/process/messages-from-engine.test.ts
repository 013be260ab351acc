import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProfitError, type TokenBatch } from '@profit-sft/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { EngineConnection } from './engine-connection.js';
import { serialiseError } from './serialised-error.js';

class SpokenProcess extends EventEmitter {
  readonly pid = 1;
  killed = false;
  readonly sent: unknown[] = [];
  send = (message: unknown): boolean => this.sent.push(structuredClone(message)) > 0;
  kill = (): boolean => (this.killed = true);
  ref = (): void => undefined;
  unref = (): void => undefined;
}

const none = new Int32Array(2);
const batch = {
  ...{ rows: 1, columns: 2, tokens: none, segments: none, positions: none },
  scored: { length: 2, source: none, target: none, sequence: none, position: none },
} satisfies TokenBatch;
const description = {
  ...{ architecture: 'qwen3', parameterCount: 9, vocabularySize: 3, maxPositions: 8, runtime: 'cpu' },
  ...{ endIds: [2], signals: ['logProb'], distributionTerms: [] },
};
const settings = { hasReference: false };
const generating = { maxTokens: 2, reports: true, reportsTokens: true };
const reply = (call: number, value: unknown): object => ({ type: 'reply', call, outcome: { value } });

/** An open model (call 0) that was asked to score (1), generate (2) and give log-probabilities (3), and what came of these. */
async function asked(...messages: unknown[]) {
  const child = new SpokenProcess();
  const engine = new EngineConnection('tested', child as unknown as ChildProcess);
  const opened = engine.call('open', ['/m', {}]).value;
  child.emit('message', reply(0, description));
  await opened;
  const reference = { logProbs: () => Promise.resolve(new Float32Array(3)), release: () => undefined };
  const calls = Promise.allSettled([
    engine.call('score', [batch, ['entropy'], settings], { reference }).value,
    engine.call('generate', [[Int32Array.of(1)], generating]).value,
    engine.call('logProbs', [5, 0, 2]).value,
  ]);
  for (const message of messages) child.emit('message', message);
  if (engine.alive) child.emit('exit', 0, null);
  const errors = (await calls).map((call) => (call.status === 'rejected' ? (call.reason as Error) : undefined));
  return { child, errors, calls: await calls, engine };
}

test('what keeps to the protocol is taken', async () => {
  const signals = { logProb: new Float32Array(2), entropy: new Float32Array(2) };
  const generation = { tokens: Int32Array.of(1, 2), finishReason: 'length' };
  const report = {
    generated: 1,
    prompts: Int32Array.of(0),
    tokens: Int32Array.of(1),
    finished: [{ prompt: 0, generation }],
  };
  const { calls, child } = await asked(
    { type: 'question', id: 0, call: 1, first: 1, count: 1 },
    { type: 'generation', call: 2, ...report },
    reply(2, [generation]),
    reply(1, signals),
    reply(3, new Float32Array(6)),
  );
  expect(calls.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
  expect(child.killed).toBe(false);
});

describe('what does not ends the process and every call, with an error that says what it was', () => {
  const half = { logProb: new Float32Array(2) };
  const whole = { logProb: new Float32Array(2), entropy: new Float32Array(2) };
  const generation = { tokens: Int32Array.of(1), finishReason: 'stop' };
  const report = { type: 'generation', call: 2, generated: 1, finished: [] };
  const [prompts, tokens] = [Int32Array.of(0), Int32Array.of(1)];
  const looping = serialiseError(new Error('a'));
  Object.assign(looping, { cause: looping });
  test.each([
    ['nothing', null, /what it sent is no message/],
    ['a type of no message', { type: 'constructor' }, /what it sent is no message/],
    ['a reply without an outcome', { type: 'reply', call: 1 }, /its message "reply": outcome: is required/],
    ['neither value nor error', { type: 'reply', call: 1, outcome: {} }, /outcome: expected a value or an error/],
    ['a call that there is not', reply(9, whole), /is about call 9, which nobody waits for/],
    ['an error that is none', { type: 'reply', call: 1, outcome: { error: 'x' } }, /outcome.error: expected object/],
    ['a cycle of errors', { type: 'reply', call: 1, outcome: { error: looping } }, /more than 50 deep/],
    ['no value', reply(1, undefined), /what it returned for "score": is required/],
    ['a signal that is missing', reply(1, half), /"score": entropy: is required/],
    [
      'a signal of another length',
      reply(1, { ...whole, entropy: new Float32Array(1) }),
      /entropy: expected Float32Array of 2/,
    ],
    ['a signal of another kind', reply(1, { ...whole, logProb: [0, 0] }), /logProb: expected Float32Array of 2/],
    ['too few continuations', reply(2, []), /0 continuations of 1 prompts/],
    ['tokens beyond the vocabulary', reply(2, [{ ...generation, tokens: Int32Array.of(3) }]), /integers ≥ 0 and < 3/],
    ['more tokens than asked for', reply(2, [{ ...generation, tokens: new Int32Array(3) }]), /of at most 2/],
    ['half of the vocabulary', reply(3, new Float32Array(3)), /"logProbs": expected Float32Array of 6/],
    [
      'a report of another prompt',
      { ...report, prompts: Int32Array.of(1), tokens },
      /its report of a generation: prompts/,
    ],
    [
      'a report without its tokens',
      { ...report, prompts, tokens: new Int32Array(0) },
      /its report of a generation: prompts/,
    ],
    ['a report of another call', { ...report, call: 1, prompts, tokens }, /reports a generation during "score"/],
    [
      'a question beyond the batch',
      { type: 'question', id: 0, call: 1, first: 1, count: 2 },
      /asks for tokens 1 to 3 of 2/,
    ],
  ])('%s', async (_, message, why) => {
    const { child, errors, engine } = await asked(message);
    expect(child.killed).toBe(true);
    for (const error of errors) {
      expect(error).toBeInstanceOf(ProfitError);
      expect(error?.message).toMatch(/^tested: the process that runs the model does not keep to its protocol: /);
      expect(error?.message).toMatch(why);
    }
    await expect(engine.call('dispose', []).value).rejects.toThrow(why);
  });

  test('a description that is none', async () => {
    const child = new SpokenProcess();
    const opened = new EngineConnection('tested', child as unknown as ChildProcess).call('open', ['/m', {}]).value;
    child.emit('message', reply(0, { ...description, vocabularySize: 0 }));
    await expect(opened).rejects.toThrow('what it returned for "open": vocabularySize: expected integer ≥ 1, got 0');
  });
});

test('an argument that no message can carry fails its call alone', async () => {
  const child = new SpokenProcess();
  const engine = new EngineConnection('tested', child as unknown as ChildProcess);
  await expect(engine.call('open', ['/m', { read: () => 1 }]).value).rejects.toThrow(/could not be cloned/);
  const saved = engine.call('save', ['/m']).value;
  child.emit('message', reply(1, undefined));
  await expect(saved).resolves.toBeUndefined();
});

test('a message that the end of its process cuts is none: the call fails with how the process ended', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profit-engine-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = join(folder, 'cut.mjs');
  // The channel: four bytes of length, then what V8 has serialised.
  const program = `import { writeSync } from 'node:fs';
process.on('message', () => {
  writeSync(3, Buffer.from([0, 0, 0, 60, 255, 15, 111]));
  process.exit(9);
});`;
  writeFileSync(script, program);
  const child = fork(script, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const engine = new EngineConnection('tested', child);
  await expect(engine.call('save', ['/m']).value).rejects.toThrow(
    'tested: the process that ran the model ended with exit code 9',
  );
});

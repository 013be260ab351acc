import { expect, test } from 'vitest';
import type { Generation } from '@profit-sft/core';
import type { GenerationReport } from './protocol.js';
import { ReceivedGeneration } from './received-generation.js';

const report = (pairs: [number, number][], finished: GenerationReport['finished'] = []): GenerationReport => ({
  ...{ type: 'generation', call: 0, generated: 100, finished },
  prompts: Int32Array.from(pairs, ([prompt]) => prompt),
  tokens: Int32Array.from(pairs, ([, token]) => token),
});

test('what came behind a prompt’s end is dropped everywhere', () => {
  const asked: [number, number][] = [];
  const finished: [number, Generation][] = [];
  const counts: number[] = [];
  const received = new ReceivedGeneration({
    maxTokens: 9,
    until(prompt, token) {
      asked.push([prompt, token]);
      return token === 7;
    },
    onFinished: (...call) => finished.push(call),
    onProgress: (count) => counts.push(count),
  });
  expect(
    received.receive(
      report([
        [0, 5],
        [1, 6],
        [0, 7],
        [1, 6],
        [0, 8],
      ]),
    ),
  ).toEqual([0]);
  const whole = { tokens: Int32Array.of(5, 7, 8, 9), finishReason: 'length' } as const;
  const other = { tokens: Int32Array.of(6, 6), finishReason: 'length' } as const;
  const last = report(
    [[0, 9]],
    [
      { prompt: 0, generation: whole },
      { prompt: 1, generation: other },
    ],
  );
  expect(received.receive(last)).toEqual([]);
  const ended: Generation = { tokens: Int32Array.of(5, 7), finishReason: 'stop' };
  expect(asked).toEqual([
    [0, 5],
    [1, 6],
    [0, 7],
    [1, 6],
  ]);
  expect(finished).toEqual([
    [0, ended],
    [1, other],
  ]);
  expect(counts).toEqual([4, 4]);
  expect(received.result([whole, other])).toEqual([ended, other]);
});

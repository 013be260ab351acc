import { expect, test } from 'vitest';
import type { Generation } from '@profit-sft/core';
import { GenerationReports } from './generation-reports.js';
import { RunningGenerations } from './stopped-prompts.js';

const never = { has: () => false };

/** Reports of `steps` steps, each of one token of prompt 0, a millisecond apart. */
function reportsOf(steps: number, reportsTokens: boolean) {
  const sent: { generated: number; prompts: Int32Array; tokens: Int32Array }[] = [];
  let time = 0;
  const reports = new GenerationReports(
    reportsTokens,
    never,
    (report) => sent.push(report),
    () => time,
  );
  for (let step = 1; step <= steps; step++) {
    time++;
    reports.callbacks.until?.(0, 100 + step);
    reports.callbacks.onProgress?.(step);
  }
  reports.flush();
  reports.flush();
  return sent;
}

test('of counts the first and the last are sent, and few between', () => {
  expect(reportsOf(45, false).map(({ generated }) => generated)).toEqual([1, 21, 41, 45]);
});

test('tokens are sent sooner, each once and in their order', () => {
  const sent = reportsOf(9, true);
  expect(sent.length).toBeGreaterThan(3);
  expect(sent.flatMap(({ tokens }) => [...tokens])).toEqual([101, 102, 103, 104, 105, 106, 107, 108, 109]);
  expect(sent.flatMap(({ prompts }) => [...prompts])).toEqual(new Array(9).fill(0));
});

test('a prompt that is finished is sent with its step', () => {
  const sent: number[][] = [];
  const reports = new GenerationReports(
    false,
    never,
    ({ finished }) => sent.push(finished.map(({ prompt }) => prompt)),
    () => 0,
  );
  const generation: Generation = { tokens: Int32Array.of(3), finishReason: 'stop' };
  reports.callbacks.onProgress?.(2);
  reports.callbacks.onProgress?.(4);
  reports.callbacks.onFinished?.(7, generation);
  reports.callbacks.onFinished?.(2, generation);
  reports.callbacks.onProgress?.(6);
  expect(sent).toEqual([[], [7, 2]]);
});

test('a generation stops the prompts that it is told to, and ends where nobody waits', async () => {
  const running = new RunningGenerations();
  const results: Generation[] = [];
  const asked: boolean[] = [];
  const whole = await running.run(5, (stopped) => {
    running.stop({ type: 'stop', call: 4, prompts: 'all' });
    running.stop({ type: 'stop', call: 5, prompts: [1] });
    asked.push(stopped.has(0), stopped.has(1));
    return Promise.resolve(results);
  });
  expect(asked).toEqual([false, true]);
  expect(whole).toBe(results);
  const abandoned = await running.run(6, (stopped) => {
    running.stop({ type: 'stop', call: 6, prompts: 'all' });
    return Promise.resolve().then(() => {
      stopped.has(0);
      throw new Error('it went on');
    });
  });
  expect(abandoned).toEqual([]);
});

import { expect, test } from 'vitest';
import { eventLoopTurns } from './event-loop-turns.js';

function work(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

test('work gives way after a while, and not before', async () => {
  const turn = eventLoopTurns();
  let others = 0;
  const timer = setInterval(() => others++, 1);
  expect(turn()).toBe(false);
  work(25);
  expect(await turn()).toBe(true);
  expect(others).toBeGreaterThan(0);
  expect(turn()).toBe(false);
  clearInterval(timer);
});

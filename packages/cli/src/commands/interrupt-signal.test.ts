import { afterEach, expect, test, vi } from 'vitest';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { interruptSignal } from './interrupt-signal.js';

afterEach(() => void vi.restoreAllMocks());

test.each(['SIGINT', 'SIGTERM'] as const)('%s once aborts, twice ends the process with 130', (name) => {
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const { terminal, texts } = recordedTerminal();
  const others = process.listeners(name);
  const { signal, release } = interruptSignal(terminal.error);
  const [listener] = process.listeners(name).filter((candidate) => !others.includes(candidate));
  expect(signal.aborted).toBe(false);
  listener(name);
  expect(signal.aborted).toBe(true);
  expect(exit).not.toHaveBeenCalled();
  expect(texts.error).toMatch(/finishing the step/);
  listener(name);
  expect(exit).toHaveBeenCalledWith(130);
  release();
  expect(process.listeners(name)).toEqual(others);
});

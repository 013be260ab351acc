import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ProfitError } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { deathError, openModelProcess, startProcess } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { onnxruntimeModule } from './open-in-process.js';

const directory = fileURLToPath(new URL('../../../models/fixtures/qwen3', import.meta.url));
const packageDirectory = fileURLToPath(new URL('../..', import.meta.url));
const options = { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 0, saveDtype: 'F32' } as const;
const batch = batchOfSequences([[1, 2, 3]], 'packed');

describe('the process of a model', () => {
  test.each(['SIGKILL', 'SIGABRT', 'SIGSEGV'] as const)(
    'that dies of %s in the middle of a forward pass rejects every call, now and later',
    async (signal) => {
      const child = startProcess(onnxruntimeModule);
      const model = await openModelProcess(onnxruntimeModule, directory, options, child);
      const reference = {
        // The pass is under way when its process asks.
        logProbs: () => new Promise<never>(() => child.kill(signal)),
        release: () => undefined,
      };
      const pass = model.forward(batch, [], { distribution: { towards: 'reference' }, reference });
      const calls = await Promise.allSettled([pass, model.score(batch), model.save(join(directory, 'never'))]);
      const later = await Promise.allSettled([model.score(batch), model.generate([], { maxTokens: 1 })]);
      for (const call of [...calls, ...later]) {
        const error = (call as PromiseRejectedResult).reason as ProfitError;
        expect(error).toBeInstanceOf(ProfitError);
        expect(error.kind).toBe('backend');
        expect(error.message).toContain(`killed by ${signal}`);
        expect(/microBatchTokens.*option memory/.test(error.message)).toBe(signal !== 'SIGSEGV');
      }
      model.clearGradients();
      await model.dispose();
    },
  );

  test('that dies while it opens the model says so', async () => {
    const child = startProcess(onnxruntimeModule);
    const opening = openModelProcess(onnxruntimeModule, directory, options, child);
    child.kill('SIGKILL');
    await expect(opening).rejects.toThrow(/killed by SIGKILL/);
  });

  test('leaves signals of its group to its parent', async () => {
    const child = startProcess(onnxruntimeModule);
    const model = await openModelProcess(onnxruntimeModule, directory, options, child);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      child.kill(signal);
      await expect(model.score(batch)).resolves.toMatchObject({ length: 2 });
    }
    await model.dispose();
    expect([child.exitCode, child.signalCode]).toEqual([0, null]);
  });

  test.each([
    ['killed while its model works', 'busy', { code: null, signal: 'SIGKILL' }],
    ['that ends by itself', 'idle', { code: 0, signal: null }],
  ] as const)('does not outlive a parent %s', async (_name, mode, ending) => {
    const script = fileURLToPath(new URL('../testing/abandoned-model.ts', import.meta.url));
    const execArgv = ['--conditions=@profit-sft/source', '--import', 'tsx/esm'];
    const parent = spawn(process.execPath, [...execArgv, script, directory, mode], {
      cwd: packageDirectory,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(parent, 'exit');
    const lines: string[] = [];
    for await (const line of createInterface(parent.stdout)) {
      lines.push(line);
      expect(isAlive(Number(line))).toBe(true);
      if (mode === 'busy') parent.kill('SIGKILL');
    }
    const [code, signal] = (await exit) as [number | null, NodeJS.Signals | null];
    expect({ code, signal }).toEqual(ending);
    // Nothing else was printed.
    expect(lines).toHaveLength(1);
    const deadline = performance.now() + 10_000;
    while (isAlive(Number(lines[0])) && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(isAlive(Number(lines[0]))).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('an exit code is named; that of an abort is one of memory', () => {
  expect(deathError('onnxruntime', { code: 1, signal: null }).message).toMatch(
    /ended with exit code 1\. What it wrote/,
  );
  expect(deathError('onnxruntime', { code: 134, signal: null }).message).toMatch(
    /exit code 134: memory probably ran out/,
  );
});

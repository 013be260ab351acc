import { ProfitError } from '@profit-sft/core';
import { longestError } from './host-messages.js';
import type { PythonProgram, PythonResult } from './python-program.js';
import { startSandboxProcess, type SandboxProcess } from './sandbox-process.js';

export interface PythonSandboxOptions {
  /** Most memory of a program, in MiB: of Python itself; with files in memory, 256 MiB more. Default 512. */
  readonly memoryLimit?: number;
}

/** Runs programs one after the other, each in an interpreter of its own. */
export interface PythonSandbox {
  /** Waits for the programs before it. Whatever a program does is in the result; rejects only where the sandbox cannot be started. */
  run(program: PythonProgram): Promise<PythonResult>;
  close(): Promise<void>;
}

/** Time for a worker to be prepared and stopped, beside the program's own. */
const graceSeconds = 20;
const startSeconds = 120;

/** What `answer` gives; `late` if it takes longer, so that `answer` need be waited for no more. */
async function within<T>(seconds: number, answer: Promise<T>): Promise<T | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => (timer = setTimeout(resolve, seconds * 1000, 'late')));
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function ready(started: SandboxProcess): Promise<SandboxProcess> {
  try {
    const message = await within(startSeconds, started.ask());
    if (message === 'late') throw new Error(`it is not ready after ${startSeconds} s.`);
    if (!('started' in message)) throw new Error('it tells the result of a program before it was asked to run one.');
    return started;
  } catch (error) {
    started.kill();
    throw new ProfitError('backend', `the Python sandbox does not start: ${(error as Error).message}`);
  }
}

/**
 * A place to run Python programs that nobody trusts. The first program starts its process, which takes some seconds; see the
 * README for what separates a program from this machine.
 *
 * @throws ProfitError when the process cannot be started
 */
export function openPythonSandbox({ memoryLimit = 512 }: PythonSandboxOptions = {}): PythonSandbox {
  if (!Number.isInteger(memoryLimit) || memoryLimit < 64 || memoryLimit > 4096) {
    throw new RangeError(`memoryLimit must be an integer from 64 to 4096 (MiB), got ${memoryLimit}`);
  }
  return sandboxOn(() => startSandboxProcess(memoryLimit));
}

/** A sandbox on processes that `start` gives: the first when it is needed, another after each that had to be ended. */
export function sandboxOn(start: () => SandboxProcess): PythonSandbox {
  let started: SandboxProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;

  const drop = (): void => {
    started?.kill();
    started = undefined;
  };

  async function runOne({ source, moduleName = '__main__', timeoutSeconds }: PythonProgram): Promise<PythonResult> {
    // It may have ended since the program before: of that, this one knows nothing.
    if (started === undefined || started.ended) started = await ready(start());
    const id = ++count;
    const broken = (outcome: 'timeout' | 'crashed', error: string, seconds: number): PythonResult => {
      drop();
      return { outcome, error: error.slice(0, longestError), output: '', droppedOutput: 0, seconds };
    };
    try {
      const answer = started.ask({ id, source, moduleName, timeoutSeconds });
      // The process stops programs by itself; this is for one that has got it stuck.
      const message = await within(timeoutSeconds + graceSeconds, answer);
      if (message === 'late')
        return broken('timeout', `stopped after ${timeoutSeconds} s, with its process`, timeoutSeconds);
      if ('result' in message && message.id === id) return message.result;
      return broken('crashed', 'the sandbox: it answers what it was not asked', 0);
    } catch (error) {
      return broken('crashed', `the sandbox: ${(error as Error).message}`, 0);
    }
  }

  return {
    run(program) {
      const result = last.then(() => runOne(program));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      drop();
    },
  };
}

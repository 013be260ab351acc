import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProfitError } from '@profit-sft/core';
import { confiningArguments } from './confining-arguments.js';
import type { PythonProgram, PythonResult } from './python-program.js';

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

const guest = fileURLToPath(new URL('./guest/', import.meta.url));

/** Where Pyodide is installed. */
function pyodideDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
}

function startProcess(memoryLimit: number): ChildProcess {
  const pyodide = pyodideDirectory();
  const bytes = memoryLimit * 2 ** 20;
  return fork(join(guest, 'host.mjs'), [pyodide, String(bytes)], {
    cwd: guest,
    // Nothing of the environment: it may hold keys.
    env: {},
    execArgv: confiningArguments([guest, pyodide], bytes),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

interface Host {
  readonly process: ChildProcess;
  /** The end of what it wrote to standard error. */
  readonly lastWords: () => string;
}

async function startHost(memoryLimit: number): Promise<Host> {
  const process = startProcess(memoryLimit);
  let words = '';
  process.stderr?.setEncoding('utf8').on('data', (text: string) => (words = (words + text).slice(-2000)));
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void => {
      process.kill('SIGKILL');
      reject(new ProfitError('backend', `the Python sandbox does not start: ${why} ${words.trim()}`.trim()));
    };
    const timer = setTimeout(fail, startSeconds * 1000, `it is not ready after ${startSeconds} s.`);
    process.once('error', (error) => fail(error.message));
    process.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`its process ended with ${signal ?? `code ${code}`}.`);
    });
    process.once('message', () => {
      clearTimeout(timer);
      process.removeAllListeners('exit').removeAllListeners('error');
      resolve();
    });
  });
  return { process, lastWords: () => words.trim() };
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
  let host: Promise<Host> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;

  const drop = (used: Host): void => {
    host = undefined;
    used.process.removeAllListeners();
    used.process.kill('SIGKILL');
  };

  async function liveHost(): Promise<Host> {
    const waiting = await host;
    // The system may have ended it between two programs, for want of memory say.
    if (waiting?.process.connected === false) drop(waiting);
    host ??= startHost(memoryLimit);
    return host.catch((error: unknown) => {
      host = undefined;
      throw error;
    });
  }

  async function runOne({ source, moduleName = '__main__', timeoutSeconds }: PythonProgram): Promise<PythonResult> {
    const used = await liveHost();
    const id = ++count;
    return new Promise((resolve) => {
      let isBroken = false;
      const broken = (outcome: 'timeout' | 'crashed', error: string, seconds: number): void => {
        if (isBroken) return;
        isBroken = true;
        clearTimeout(timer);
        drop(used);
        resolve({ outcome, error: error.slice(0, 500), output: '', droppedOutput: 0, seconds });
      };
      // The process stops programs by itself; this is for one that has got it stuck.
      const timer = setTimeout(
        () => broken('timeout', `stopped after ${timeoutSeconds} s, with its process`, timeoutSeconds),
        (timeoutSeconds + graceSeconds) * 1000,
      );
      used.process.once('exit', (code, signal) =>
        broken('crashed', `the process ended with ${signal ?? `code ${code}`} ${used.lastWords()}`.trim(), 0),
      );
      used.process.on('message', (message: { id?: number; result: PythonResult }) => {
        if (message.id !== id) return;
        clearTimeout(timer);
        used.process.removeAllListeners();
        resolve(message.result);
      });
      used.process.send({ id, source, moduleName, timeoutSeconds }, (error) => {
        if (error !== null) broken('crashed', `the process cannot be reached: ${error.message}`, 0);
      });
    });
  }

  return {
    run(program) {
      const result = last.then(() => runOne(program));
      last = result.catch(() => undefined);
      return result;
    },
    async close() {
      await last;
      const used = await host?.catch(() => undefined);
      if (used !== undefined) drop(used);
    },
  };
}

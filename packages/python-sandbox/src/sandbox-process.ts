import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { confiningArguments } from './confining-arguments.js';
import { HostMessages, type HostMessage, type HostRequest } from './host-messages.js';

const guest = fileURLToPath(new URL('./guest/', import.meta.url));

/** Where Pyodide is installed. */
function pyodideDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
}

/** A process in which programs run. */
export interface SandboxProcess {
  readonly ended: boolean;
  /** Sends a request, if there is one, and waits for the next message. Rejects once the process has ended, with how. */
  ask(request?: HostRequest): Promise<HostMessage>;
  kill(): void;
}

interface Waiting {
  resolve(message: HostMessage): void;
  reject(why: Error): void;
}

/** @param memoryLimit MiB */
export function startSandboxProcess(memoryLimit: number): SandboxProcess {
  const pyodide = pyodideDirectory();
  const bytes = memoryLimit * 2 ** 20;
  const args = [...confiningArguments([guest, pyodide], bytes), join(guest, 'host.mjs'), pyodide, String(bytes)];
  // Nothing of the environment: it may hold keys. And no channel of Node's, which the other side could bring this process down by.
  return talkTo(spawn(process.execPath, args, { cwd: guest, env: {}, stdio: 'pipe' }));
}

/** A process that answers each request, and at its start none, with a message. */
export function talkTo(child: ChildProcessWithoutNullStreams): SandboxProcess {
  let ended: Error | undefined;
  let waiting: Waiting | undefined;
  let lastWords = '';
  const end = (how: string): void => {
    ended ??= new Error(`${how} ${lastWords.trim()}`.trim());
    child.kill('SIGKILL');
    waiting?.reject(ended);
    waiting = undefined;
  };
  const messages = new HostMessages();
  child.stderr.setEncoding('utf8').on('data', (text: string) => (lastWords = (lastWords + text).slice(-2000)));
  child.stdout.on('data', (piece: Buffer) => {
    if (ended !== undefined) return;
    try {
      for (const message of messages.read(piece)) {
        if (waiting === undefined) throw new Error('it wrote a message that nobody asked for');
        waiting.resolve(message);
        waiting = undefined;
      }
    } catch (error) {
      end((error as Error).message);
    }
  });
  // What is written to a process that has ended is lost; how it ended is told below.
  child.stdin.on('error', () => undefined);
  child.on('error', (error) => end(error.message));
  child.on('close', (code, signal) => end(`its process ended with ${signal ?? `code ${code}`}.`));
  return {
    get ended() {
      return ended !== undefined;
    },
    ask(request) {
      if (ended !== undefined) return Promise.reject(ended);
      if (request !== undefined) child.stdin.write(`${JSON.stringify(request)}\n`);
      return new Promise((resolve, reject) => (waiting = { resolve, reject }));
    },
    kill: () => end('it was killed.'),
  };
}

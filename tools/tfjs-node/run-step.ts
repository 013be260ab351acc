import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { BackendUnavailableError } from '@profit-sft/core';

export interface Step {
  /** For the progress lines: what is being done. */
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment?: NodeJS.ProcessEnv;
  /** Gets all that the command prints, after what it has. */
  readonly log: string;
  /** Writes a progress line. */
  readonly report: (line: string) => void;
  /** Milliseconds between lines that say that the command is still at work. */
  readonly interval?: number;
}

const linesInError = 25;

/**
 * Runs a command to its end, with a progress line at its start, now and then, and at its end.
 * @throws BackendUnavailableError with the end of what it printed where it cannot start or fails
 */
export async function runStep(step: Step): Promise<void> {
  const { title, command, args, directory, environment, log, report, interval = 10_000 } = step;
  const start = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
  report(`${title} …`);
  const logFile = createWriteStream(log, { flags: 'a' });
  logFile.write(`\n$ ${command} ${args.join(' ')}\n`);
  const timer = setInterval(() => report(`  still at it after ${seconds()}`), interval);
  let tail = '';
  try {
    const child = spawn(command, args, { cwd: directory, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        logFile.write(chunk);
        tail = `${tail}${chunk.toString()}`.slice(-20_000);
      });
    }
    const end = await new Promise<string | undefined>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`)));
    });
    if (end !== undefined) {
      const last = tail.trimEnd().split('\n').slice(-linesInError).join('\n');
      const reason = `"${command} ${args[0]} …" ended with ${end} (${title}). All that it printed is in ${log}; the end of it:\n${last}`;
      throw new BackendUnavailableError('tfjs-node', reason);
    }
  } catch (cause) {
    if (cause instanceof BackendUnavailableError) throw cause;
    const reason = `${command} could not be started (${title}): ${(cause as Error).message}.`;
    throw new BackendUnavailableError('tfjs-node', reason, { cause });
  } finally {
    clearInterval(timer);
    logFile.end();
    await finished(logFile);
  }
  report(`  done in ${seconds()}`);
}

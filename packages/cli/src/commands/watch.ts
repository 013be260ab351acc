import { CachedFiles, shellQuoted } from '@profit-sft/experiments';
import open from 'open';
import type { CommandContext } from '../command-line/program.js';
import { startLiveServer } from '../report/live-server.js';
import { reportDataReader } from '../report/report-data-of.js';

export interface WatchArguments {
  readonly directories: readonly string[];
  readonly host: string;
  readonly port: number;
  /** Whether to open the page in a browser; only where a person sits at the terminal. */
  readonly open: boolean;
}

/** Resolves at Ctrl-C, SIGTERM, or when `signal` aborts. */
function untilEnded(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const names = ['SIGINT', 'SIGTERM'] as const;
    const end = (): void => {
      for (const name of names) process.off(name, end);
      resolve();
    };
    for (const name of names) process.on(name, end);
    signal?.addEventListener('abort', end);
    if (signal?.aborted === true) end();
  });
}

/** Serves the report of runs that are going on until it is told to stop. */
export async function runWatch(
  options: WatchArguments,
  { terminal }: CommandContext,
  signal?: AbortSignal,
): Promise<void> {
  const { directories, host, port } = options;
  let told = '';
  const server = await startLiveServer({
    read: reportDataReader(directories, new CachedFiles()),
    ...{ host, port },
    footer: `Served by ${['profit', 'watch', ...directories].map(shellQuoted).join(' ')}.`,
    onProblem({ message }) {
      if (message !== told) terminal.error.write(`${message}; the page keeps what it shows\n`);
      told = message;
    },
  });
  terminal.out.write(`${server.url}\n`);
  terminal.error.write('Ctrl-C ends it\n');
  // Where no browser can be opened, the address is there to be clicked.
  if (options.open && terminal.error.interactive) await open(server.url).catch(() => undefined);
  await untilEnded(signal);
  await server.close();
}

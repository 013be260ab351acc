import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const packageDirectory = fileURLToPath(new URL('../..', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** Starts a script of this folder. `said` resolves when it has written something, `ended` when it is gone. */
export function startScript(
  name: string,
  args: readonly string[],
): { readonly child: ChildProcess; readonly said: Promise<void>; readonly ended: Promise<Ended> } {
  const script = fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@profit-sft/source', script, ...args], {
    cwd: packageDirectory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, output }));
  });
  const said = new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    void ended.then(({ output: all }) => reject(new Error(`ended: ${all}`)), reject);
  });
  said.catch(() => undefined);
  return { child, said, ended };
}

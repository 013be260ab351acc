import { fork, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { allocatorEnvironment } from './allocator-environment.js';

/** What a process runs a model with. */
export interface EngineModule {
  /** The backend's name, for messages. */
  readonly backend: string;
  /** Of a module whose `openModel(directory, options)` opens a model. */
  readonly module: URL;
}

/**
 * Starts a process that waits for {@link ToEngine} messages. Its standard output is not the parent's, on which commands print
 * what other programs read.
 */
export function startProcess({ module }: EngineModule): ChildProcess {
  const { entry, execArgv } = entryPoint();
  return fork(entry, [module.href], {
    execArgv,
    env: allocatorEnvironment(),
    // Typed arrays go as the bytes they view.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function entryPoint(): { entry: URL; execArgv: string[] } {
  if (!import.meta.url.endsWith('.ts')) return { entry: new URL('./engine-process.js', import.meta.url), execArgv: [] };
  // In a checkout the sources run as TypeScript. Only the loader of modules: half a start's time is compiling.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href;
  return {
    entry: new URL('./engine-process.ts', import.meta.url),
    execArgv: ['--conditions=@profit-sft/source', '--import', loader],
  };
}

import { fork, type ChildProcess } from 'node:child_process';
import { allocatorEnvironment } from './allocator-environment.js';
import { processEntry } from './process-entry.js';

/** What a process runs a model with. */
export interface EngineModule {
  /** The backend's name, for messages. */
  readonly backend: string;
  /** Of a module whose `openModel(directory, options)` opens a model. */
  readonly module: URL;
}

/**
 * Starts a process that waits for `ToEngine` messages. Its standard output is not the parent's, on which commands print
 * what other programs read.
 */
export function startProcess({ module }: EngineModule): ChildProcess {
  const { entry, execArgv } = processEntry(import.meta.url, 'engine-process');
  return fork(entry, [module.href], {
    execArgv: [...execArgv],
    env: allocatorEnvironment(),
    // Typed arrays go as the bytes they view.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

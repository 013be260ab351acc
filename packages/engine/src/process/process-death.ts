import { memoryRemedy, OutOfMemoryError, ProfitError } from '@profit-sft/core';

/** How a process ended: one of the two is set. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Exit code of a process that aborted where there are no signals, or inside of a shell. */
const abortedCode = 134;

/** Why a model does not answer any more, and what to do. */
export function deathError(backend: string, { code, signal }: Ending): ProfitError {
  const how = signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  const what = `${backend}: the process that ran the model ${how}`;
  // The system kills whom it takes memory from; native code that gets none aborts.
  if (signal !== 'SIGKILL' && signal !== 'SIGABRT' && code !== abortedCode) {
    return new ProfitError('backend', `${what}. What it wrote to standard error may say why.`);
  }
  return new OutOfMemoryError(`${what}: memory probably ran out`, memoryRemedy);
}

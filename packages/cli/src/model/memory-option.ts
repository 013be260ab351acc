import { describeOptions, MemoryLimitError, OutOfMemoryError, type Registry } from '@profit-sft/core';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

/** An error of memory is told how `profit train` limits it, where the backend can, and what limit the run has. */
export function withMemoryOption(error: unknown, registry: Registry, { name, options }: ResolvedPlugin): unknown {
  if (!(error instanceof OutOfMemoryError || error instanceof MemoryLimitError)) return error;
  const backend = registry.plugins.backends.find(({ pluginName }) => pluginName === name);
  const taken = backend === undefined ? [] : describeOptions(backend.options).map((option) => option.name);
  if (!taken.includes('memory')) return error;
  const limit = options.memory === undefined ? 'none' : `${String(options.memory)} MiB`;
  error.message = `${error.message} On the command line the backend’s option memory is --memory SIZE; this run has ${limit}.`;
  return error;
}

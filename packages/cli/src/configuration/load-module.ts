import { join } from 'node:path';
import * as core from '@profit-sft/core';
import * as datasets from '@profit-sft/datasets';
import * as evaluators from '@profit-sft/evaluators';
import * as masking from '@profit-sft/masking';
import { InvalidConfigError, ProfitError } from '@profit-sft/core';
import { createJiti } from 'jiti';

/**
 * Imports a configuration or plugin module, TypeScript included, as seen from `from` (a file). The packages that such a
 * module needs most are handed to it from this process, so that it works where they are not installed beside it.
 *
 * @throws InvalidConfigError naming `subject` when the module cannot be found or throws while loading
 */
export async function loadModule(specifier: string, from: string, subject: string): Promise<Record<string, unknown>> {
  const jiti = createJiti(from, {
    fsCache: false,
    moduleCache: false,
    interopDefault: false,
    virtualModules: {
      '@profit-sft/core': core,
      '@profit-sft/datasets': datasets,
      '@profit-sft/evaluators': evaluators,
      '@profit-sft/masking': masking,
    },
  });
  try {
    return await jiti.import<Record<string, unknown>>(specifier);
  } catch (error) {
    if (ProfitError.isInstance(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidConfigError(subject, [{ path: '', message: `cannot be loaded: ${reason.split('\n')[0]}` }]);
  }
}

/** Where commands without a configuration file look for plugin packages: the working directory. */
export function workingDirectoryModule(): string {
  return join(process.cwd(), 'profit');
}

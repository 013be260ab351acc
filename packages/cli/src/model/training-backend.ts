import { InvalidConfigError, type ModelBackend, type Registry } from '@profit-sft/core';
import type { ResolvedPlugin } from '../configuration/load-run-config.js';

/**
 * The backend of a run, which has to train.
 *
 * @throws InvalidConfigError naming those that do, where it does not
 */
export function trainingBackend(registry: Registry, { name, options }: ResolvedPlugin, subject: string): ModelBackend {
  const backend = registry.backend(name, options);
  if (backend.trains !== false) return backend;
  const others = registry.plugins.backends.filter(({ trains }) => trains !== false);
  const message =
    `"${name}" does not train. Take ${others.map(({ pluginName }) => String(pluginName)).join(' or ')}; ` +
    `"${name}" may run the reference model: reference.backend`;
  throw new InvalidConfigError(subject, [{ path: 'backend', message }]);
}

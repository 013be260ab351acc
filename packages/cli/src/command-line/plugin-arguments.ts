import { applySetting, InvalidConfigError, parseJson, parseSetting, type Registry } from '@profit-sft/core';
import { loadPlugins, resolvePluginName, withPlugins, type PluginKind } from '../configuration/load-plugins.js';
import { workingDirectoryModule } from '../configuration/load-module.js';
import { splitReference, type ResolvedPlugin } from '../configuration/load-run-config.js';

/** Options that commands without a configuration file share. */
export interface PluginArguments {
  /** A backend's name, or JSON of its name and options, as a configuration would say it. */
  readonly backend: string;
  readonly plugin?: readonly string[];
}

/** Adds the plugins of `--plugin`, looked up from the working directory. */
export async function registryWith(builtin: Registry, plugins: readonly string[] = []): Promise<Registry> {
  let registry = builtin;
  for (const specifier of plugins)
    registry = withPlugins(registry, await loadPlugins(specifier, workingDirectoryModule()));
  return registry;
}

/** The plugin that an argument names, with the options that `--set` gives. */
export async function namedPlugin(
  registry: Registry,
  kind: PluginKind,
  argument: string,
  settings: readonly string[] = [],
): Promise<{ registry: Registry; plugin: ResolvedPlugin }> {
  const written = splitReference(parsedReference(kind, argument));
  const options: Record<string, unknown> = { ...written.options };
  for (const setting of settings) applySetting(options, parseSetting(setting));
  const found = await resolvePluginName(registry, kind, written.name, workingDirectoryModule());
  return { registry: found.registry, plugin: { name: found.name, options } };
}

function parsedReference(kind: PluginKind, argument: string): string | { name: string } {
  if (!argument.trimStart().startsWith('{')) return argument;
  try {
    const value: unknown = parseJson(argument);
    if (typeof (value as { name?: unknown }).name === 'string') return value as { name: string };
  } catch {
    // Reported below together with JSON that has no name.
  }
  const message = 'expected a name, or JSON such as {"name": "onnxruntime", …}';
  throw new InvalidConfigError(`--${kind} ${argument}`, [{ path: '', message }]);
}

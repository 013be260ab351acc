import { dirname, resolve } from 'node:path';
import { InvalidConfigError, type PluginLists, type Registry } from '@profit-sft/core';
import { loadModule } from './load-module.js';

/** The registry's list of each kind of plugin. */
const listOfKind = {
  masking: 'masking',
  backend: 'backends',
  dataset: 'datasets',
  evaluator: 'evaluators',
  annotator: 'annotators',
  launcher: 'launchers',
} as const;
export type PluginKind = keyof typeof listOfKind;

interface LoadedPlugin {
  readonly pluginKind: PluginKind;
  readonly pluginName: string;
}

function isPlugin(value: unknown): value is LoadedPlugin {
  if (typeof value !== 'function') return false;
  const { pluginKind, pluginName, options } = value as unknown as Record<string, unknown>;
  return (
    typeof pluginKind === 'string' &&
    Object.hasOwn(listOfKind, pluginKind) &&
    typeof pluginName === 'string' &&
    (typeof options === 'object' || typeof options === 'function') &&
    options !== null &&
    '~standard' in options
  );
}

/** Whether a plugin's name in a configuration is a package or a file to import: it holds a slash, as no plugin name does. */
export function isImported(name: string): boolean {
  return name.includes('/');
}

/**
 * Imports the plugins of a package or file: its default export, one plugin or a list of them.
 *
 * @param from the configuration file: relative paths and packages are looked up from its folder
 */
export async function loadPlugins(specifier: string, from: string): Promise<LoadedPlugin[]> {
  const subject = `plugin ${JSON.stringify(specifier)}`;
  const target = /^\.{1,2}\//.test(specifier) ? resolve(dirname(from), specifier) : specifier;
  const { default: exported } = await loadModule(target, from, subject);
  const plugins: unknown[] = Array.isArray(exported) ? exported : [exported];
  plugins.forEach((plugin, index) => {
    if (isPlugin(plugin)) return;
    const which = Array.isArray(exported) ? `item ${index} of the default export` : 'the default export';
    const message = `${which} is not a plugin; make one with defineMaskingRule, defineBackend, defineDataset, defineEvaluator, defineAnnotator or defineLauncher`;
    throw new InvalidConfigError(subject, [{ path: '', message }]);
  });
  return plugins as LoadedPlugin[];
}

/** A registry with more plugins. */
export function withPlugins(registry: Registry, plugins: readonly LoadedPlugin[]): Registry {
  const lists: Record<string, LoadedPlugin[]> = {};
  for (const plugin of plugins) (lists[listOfKind[plugin.pluginKind]] ??= []).push(plugin);
  return registry.extend(lists as unknown as PluginLists) as unknown as Registry;
}

/**
 * Finds the plugin that a name of a configuration means. A name with a slash is imported, added to the registry and
 * replaced by the plugin's own name.
 */
export async function resolvePluginName(
  registry: Registry,
  kind: PluginKind,
  name: string,
  from: string,
): Promise<{ registry: Registry; name: string }> {
  if (!isImported(name)) return { registry, name };
  const plugins = await loadPlugins(name, from);
  const fitting = plugins.filter(({ pluginKind }) => pluginKind === kind);
  if (fitting.length !== 1) {
    const found = plugins.map(({ pluginKind, pluginName }) => `${pluginName} (${pluginKind})`).join(', ');
    const message = `has ${fitting.length} plugins of kind ${kind}, expected one: ${found}. Add it to "plugins" and name the one you mean`;
    throw new InvalidConfigError(`plugin ${JSON.stringify(name)}`, [{ path: '', message }]);
  }
  const [{ pluginName }] = fitting;
  const known = (registry.plugins[listOfKind[kind]] as readonly unknown[]).includes(fitting[0]);
  return { registry: known ? registry : withPlugins(registry, fitting), name: pluginName };
}

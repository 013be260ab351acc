import { basename, dirname, extname, resolve } from 'node:path';
import {
  applySetting,
  InvalidConfigError,
  parseRunConfig,
  parseSetting,
  type PluginReference,
  type Registry,
  type RunConfig,
} from '@profit-sft/core';
import { isImported, loadPlugins, resolvePluginName, withPlugins, type PluginKind } from './load-plugins.js';
import { readConfigFile } from './read-config-file.js';

/** A plugin's name and its options. */
export interface ResolvedPlugin {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface LoadedRunConfig {
  /** Validated, defaults filled in; the model and data files as absolute paths. */
  readonly config: RunConfig;
  /** The file's name without its extension: the default name of the run. */
  readonly name: string;
  /** With the configuration's plugins. */
  readonly registry: Registry;
  readonly backend: ResolvedPlugin;
  /** That of the run unless the configuration names another. */
  readonly referenceBackend: ResolvedPlugin;
  readonly masking: ResolvedPlugin;
  readonly train: ResolvedPlugin;
  readonly evaluation: ResolvedPlugin | undefined;
}

/** The option of data sets that names a file or several: relative ones are looked up from the configuration's folder. */
const pathOption = 'path';

/** A data set's options with absolute paths, those of a data set within them as well. */
function locatePaths(options: Readonly<Record<string, unknown>>, folder: string): Record<string, unknown> {
  const locate = (value: unknown): unknown => (typeof value === 'string' ? resolve(folder, value) : value);
  const located = Object.entries(options).map(([key, value]) => {
    if (key === pathOption) return [key, Array.isArray(value) ? value.map(locate) : locate(value)];
    const isDataset = typeof value === 'object' && value !== null && 'name' in value && !Array.isArray(value);
    return [key, isDataset ? locatePaths(value as Record<string, unknown>, folder) : value];
  });
  return Object.fromEntries(located) as Record<string, unknown>;
}

/** The name and options of a reference as a configuration writes it. */
export function splitReference(reference: PluginReference): ResolvedPlugin {
  if (typeof reference === 'string') return { name: reference, options: {} };
  const { name, ...options } = reference as { name: string } & Record<string, unknown>;
  return { name, options };
}

/** A data set as a configuration in `folder` names it, its files as absolute paths. */
export function locatedData(reference: PluginReference, folder: string): ResolvedPlugin {
  const { name, options } =
    typeof reference === 'string' ? { name: 'file', options: { path: reference } } : splitReference(reference);
  return { name, options: locatePaths(options, folder) };
}

/**
 * Reads a run configuration with the command line's settings on top. Relative paths (the model, data files, plugin
 * files) are looked up from the folder of the configuration file, wherever the command runs, those of `--set` as well.
 *
 * @throws InvalidConfigError naming the file and each wrong key
 */
export async function loadRunConfig(
  file: string,
  settings: readonly string[],
  builtin: Registry,
): Promise<LoadedRunConfig> {
  const path = resolve(file);
  const content = await readConfigFile(path);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new InvalidConfigError(file, [{ path: '', message: 'expected an object of configuration keys' }]);
  }
  const input = content as Record<string, unknown>;
  for (const setting of settings) applySetting(input, parseSetting(setting));
  return resolveRunConfig(input, path, builtin, file);
}

/**
 * The same for a configuration that is there already, as if it stood in the file `path`.
 *
 * @param shownFile what errors call the file
 */
export async function resolveRunConfig(
  input: unknown,
  path: string,
  builtin: Registry,
  shownFile = path,
): Promise<LoadedRunConfig> {
  const folder = dirname(path);
  const parsed = parseRunConfig(input, shownFile);

  let registry = builtin;
  for (const specifier of parsed.plugins) registry = withPlugins(registry, await loadPlugins(specifier, path));
  const find = async (kind: PluginKind, { name, options }: ResolvedPlugin): Promise<ResolvedPlugin> => {
    const found = await resolvePluginName(registry, kind, name, path);
    registry = found.registry;
    return { name: found.name, options };
  };
  const data = (reference: PluginReference): ResolvedPlugin => locatedData(reference, folder);
  const backend = await find('backend', splitReference(parsed.backend));
  const referenceBackend =
    parsed.reference?.backend === undefined ? backend : await find('backend', splitReference(parsed.reference.backend));
  const masking = await find('masking', splitReference(parsed.masking));
  const train = await find('dataset', data(parsed.data.train));
  const evaluation = parsed.data.eval === undefined ? undefined : await find('dataset', data(parsed.data.eval));
  const reference = ({ name, options }: ResolvedPlugin): PluginReference => ({ name, ...options });
  const config: RunConfig = {
    ...parsed,
    model: resolve(folder, parsed.model),
    adapter:
      parsed.adapter?.from === undefined
        ? parsed.adapter
        : { ...parsed.adapter, from: resolve(folder, parsed.adapter.from) },
    backend: reference(backend),
    masking: reference(masking),
    reference:
      parsed.reference === undefined
        ? undefined
        : {
            ...parsed.reference,
            model: resolve(folder, parsed.reference.model),
            backend: parsed.reference.backend === undefined ? undefined : reference(referenceBackend),
            cache: parsed.reference.cache === undefined ? undefined : resolve(folder, parsed.reference.cache),
          },
    data: {
      ...parsed.data,
      train: reference(train),
      eval: evaluation === undefined ? undefined : reference(evaluation),
    },
    plugins: parsed.plugins.map((specifier) =>
      isImported(specifier) && specifier.startsWith('.') ? resolve(folder, specifier) : specifier,
    ),
  };
  return {
    config,
    name: basename(path, extname(path)),
    registry,
    backend,
    referenceBackend,
    masking,
    train,
    evaluation,
  };
}

import { ProfitError } from '../errors/profit-error.js';
import { custom, type Schema } from '../schema/schema.js';

export type ResolvePlugin<Instance> = (name: string, options?: unknown) => Instance;

/** A plugin's instance, or its name, or an object of its name and options. */
export type InstanceOrReference<Instance> =
  Instance | string | { readonly name: string; readonly [option: string]: unknown };

interface PluginOption<Instance> {
  /** Names of such plugins within options are looked up by `resolve` while `run` makes a plugin's instance. */
  resolving<T>(resolve: ResolvePlugin<Instance>, run: () => T): T;
  option(options: { readonly description?: string }): Schema<Instance, InstanceOrReference<Instance>>;
}

/**
 * Options of plugins that are plugins themselves. In code such an option is given as the instance; in a configuration by name, which
 * is looked up in the registry that makes the outer plugin.
 *
 * @param kind what messages call such a plugin
 * @param symbol names the place of the registry's lookup on the global object, because a plugin may come with a copy of this package of its own
 */
export function pluginOption<Instance extends object>(
  kind: string,
  symbol: string,
  isInstance: (value: object) => value is Instance,
): PluginOption<Instance> {
  const slot = Symbol.for(symbol);
  const shared = globalThis as unknown as Record<symbol, ResolvePlugin<Instance> | undefined>;
  return {
    resolving(resolve, run) {
      const outer = shared[slot];
      shared[slot] = resolve;
      try {
        return run();
      } finally {
        shared[slot] = outer;
      }
    },
    option: (options) =>
      custom<Instance, InstanceOrReference<Instance>>(
        kind,
        (value, path, issues) => {
          const refuse = (message: string): Instance => {
            issues.push({ path, message });
            return undefined as unknown as Instance;
          };
          if (typeof value === 'object' && value !== null && isInstance(value)) return value;
          const { name, ...rest } = (typeof value === 'string' ? { name: value } : (value ?? {})) as Record<
            string,
            unknown
          >;
          if (typeof name !== 'string') {
            return refuse(`expected a ${kind}: its name, or an object of its name and options`);
          }
          const resolve = shared[slot];
          if (resolve === undefined)
            return refuse(`the name "${name}" means nothing without a registry; give the ${kind} itself`);
          try {
            return resolve(name, rest);
          } catch (error) {
            if (!ProfitError.isInstance(error)) throw error;
            return refuse(error.message);
          }
        },
        options,
      ),
  };
}

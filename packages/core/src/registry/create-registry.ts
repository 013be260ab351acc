import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Annotator, AnnotatorPlugin } from '../contracts/annotator.js';
import type { Launcher, LauncherPlugin } from '../contracts/launcher.js';
import type { DatasetPlugin, DatasetSource } from '../contracts/dataset.js';
import type { Evaluator, EvaluatorPlugin } from '../contracts/evaluator.js';
import type { MaskingPlugin, MaskingRule } from '../contracts/masking-rule.js';
import type { BackendPlugin, FrozenBackend, FrozenBackendPlugin, ModelBackend } from '../contracts/model-backend.js';
import { InvalidConfigError, UnknownPluginError } from '../errors/errors.js';
import { resolvingDatasets } from './dataset-option.js';
import type { ResolvePlugin } from './plugin-option.js';
import { resolvingRules } from './rule-option.js';

/* eslint-disable @typescript-eslint/no-explicit-any -- lists of plugins of any name and options */
/** The plugins of a registry, by kind. */
export interface PluginLists {
  readonly masking?: readonly MaskingPlugin<any, any>[];
  readonly backends?: readonly (BackendPlugin<any, any> | FrozenBackendPlugin<any, any>)[];
  readonly datasets?: readonly DatasetPlugin<any, any>[];
  readonly evaluators?: readonly EvaluatorPlugin<any, any>[];
  readonly annotators?: readonly AnnotatorPlugin<any, any>[];
  readonly launchers?: readonly LauncherPlugin<any, any>[];
}
/* eslint-enable @typescript-eslint/no-explicit-any */

type Listed<L extends PluginLists, K extends keyof PluginLists> =
  NonNullable<L[K]> extends readonly (infer P)[] ? P : never;
/** `string` for plugins that are known at run time only. */
type NameOf<P> = P extends { readonly pluginName: infer Name }
  ? string extends Name
    ? string
    : Extract<Name, string>
  : never;
type WithName<P, Name> = P extends { readonly pluginName: Name } ? P : never;
type OptionsOf<P> = P extends { readonly options: infer S extends StandardSchemaV1 }
  ? StandardSchemaV1.InferInput<S>
  : never;
/** Unchecked where the name is not one of those known when compiling. */
type OptionsByName<P, Name> = [WithName<P, Name>] extends [never] ? unknown : OptionsOf<WithName<P, Name>>;
/** What the plugin of a known name makes, where that is known to be more than any of its kind. */
type InstanceByName<P, Name, Instance> = WithName<P, Name> extends (...options: never) => infer Made ? Made : Instance;

/**
 * Looks a plugin up by name. The first overload types options by name. The second serves configuration files: it takes
 * a plain `string` only, so that a literal name with wrong options, or one that is not there, is a compile error.
 */
export interface Lookup<P, Instance> {
  <Name extends NameOf<P>>(name: Name, options?: OptionsByName<P, Name>): InstanceByName<P, Name, Instance>;
  <Name extends string>(name: string extends Name ? Name : never, options?: unknown): Instance;
}

/** Names that the config schema keeps for `name` and that no two plugins of a kind may share. */
export interface Registry<L extends PluginLists = PluginLists> {
  readonly plugins: { readonly [K in keyof PluginLists]-?: readonly NonNullable<PluginLists[K]>[number][] };
  readonly masking: Lookup<Listed<L, 'masking'>, MaskingRule>;
  /** Of a name that is known only at run time it may be a backend that does not train: see its `trains`. */
  readonly backend: Lookup<Listed<L, 'backends'>, ModelBackend | FrozenBackend>;
  readonly dataset: Lookup<Listed<L, 'datasets'>, DatasetSource>;
  readonly evaluator: Lookup<Listed<L, 'evaluators'>, Evaluator>;
  readonly annotator: Lookup<Listed<L, 'annotators'>, Annotator>;
  readonly launcher: Lookup<Listed<L, 'launchers'>, Launcher>;
  /** A new registry with more plugins. A name that exists already is refused. */
  extend<const M extends PluginLists>(more: M): Registry<Merged<L, M>>;
}

type Merged<L extends PluginLists, M extends PluginLists> = {
  readonly [K in keyof PluginLists]-?: readonly (Listed<L, K> | Listed<M, K>)[] extends NonNullable<PluginLists[K]>
    ? readonly (Listed<L, K> | Listed<M, K>)[]
    : never;
};

interface AnyPlugin {
  (options?: unknown): unknown;
  readonly pluginName: string;
}

function lookup(kind: string, plugins: readonly AnyPlugin[]): (name: string, options?: unknown) => unknown {
  const byName = new Map<string, AnyPlugin>();
  for (const plugin of plugins) {
    if (byName.has(plugin.pluginName)) {
      throw new InvalidConfigError('registry', [
        { path: '', message: `two plugins of kind ${kind} are named "${plugin.pluginName}"` },
      ]);
    }
    byName.set(plugin.pluginName, plugin);
  }
  return (name, options) => {
    const plugin = byName.get(name);
    if (plugin === undefined) throw new UnknownPluginError(kind, name, [...byName.keys()]);
    return plugin(options);
  };
}

/**
 * The plugins of a run as an explicit object: importing a package registers nothing. Names become literal unions and
 * options are typed by name; a plain `string` name (from a configuration file) is accepted too and checked when used.
 */
export function createRegistry<const L extends PluginLists>(lists: L): Registry<L> {
  const plugins = {
    masking: [...(lists.masking ?? [])],
    backends: [...(lists.backends ?? [])],
    datasets: [...(lists.datasets ?? [])],
    evaluators: [...(lists.evaluators ?? [])],
    annotators: [...(lists.annotators ?? [])],
    launchers: [...(lists.launchers ?? [])],
  };
  const findRule = lookup('masking rule', plugins.masking);
  const masking: ResolvePlugin<MaskingRule> = (name, options) =>
    resolvingRules(masking, () => findRule(name, options) as MaskingRule);
  const findDataset = lookup('data set', plugins.datasets);
  const dataset: ResolvePlugin<DatasetSource> = (name, options) =>
    resolvingDatasets(dataset, () => findDataset(name, options) as DatasetSource);
  return {
    plugins,
    masking: masking as Registry<L>['masking'],
    backend: lookup('backend', plugins.backends) as Registry<L>['backend'],
    dataset: dataset as Registry<L>['dataset'],
    evaluator: lookup('evaluator', plugins.evaluators) as Registry<L>['evaluator'],
    annotator: lookup('annotator', plugins.annotators) as Registry<L>['annotator'],
    launcher: lookup('launcher', plugins.launchers) as Registry<L>['launcher'],
    extend: <const M extends PluginLists>(more: M) =>
      createRegistry({
        masking: [...plugins.masking, ...(more.masking ?? [])],
        backends: [...plugins.backends, ...(more.backends ?? [])],
        datasets: [...plugins.datasets, ...(more.datasets ?? [])],
        evaluators: [...plugins.evaluators, ...(more.evaluators ?? [])],
        annotators: [...plugins.annotators, ...(more.annotators ?? [])],
        launchers: [...plugins.launchers, ...(more.launchers ?? [])],
      }) as unknown as Registry<Merged<L, M>>,
  };
}

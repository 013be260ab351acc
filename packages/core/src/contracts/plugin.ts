import type { StandardSchemaV1 } from '@standard-schema/spec';

/** What every plugin says of itself. A plugin is a function of its options with this attached. */
export interface PluginDescription<Kind extends string, Name extends string, Options extends StandardSchemaV1> {
  readonly pluginKind: Kind;
  /** The name that configurations use. */
  readonly pluginName: Name;
  readonly description: string;
  /** Standard Schema of the options. */
  readonly options: Options;
  /** Paper (arXiv id and equation), official code, or "ours". */
  readonly source: string;
}

/** A plugin: call it with its options in code, or register it and name it in a configuration. */
export type Plugin<
  Kind extends string = string,
  Name extends string = string,
  Options extends StandardSchemaV1 = StandardSchemaV1,
  Instance = unknown,
> = PluginDescription<Kind, Name, Options> & ((options?: StandardSchemaV1.InferInput<Options>) => Instance);

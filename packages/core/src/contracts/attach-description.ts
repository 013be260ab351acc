import type { StandardSchemaV1 } from '@standard-schema/spec';
import { parseWith } from '../schema/schema.js';
import type { Plugin } from './plugin.js';

interface Describable<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  readonly description: string;
  readonly source: string;
  readonly options: Options;
}

const pluginKindNouns: Record<string, string> = {
  masking: 'masking rule',
  backend: 'backend',
  dataset: 'data set',
  evaluator: 'evaluator',
  annotator: 'annotator',
  launcher: 'launcher',
};

/** Turns a definition into a plugin: a function that validates its options, with the description attached. */
export function attachDescription<
  const Kind extends string,
  const Name extends string,
  Options extends StandardSchemaV1,
  Instance,
  Extra extends object,
>(
  pluginKind: Kind,
  definition: Describable<Name, Options>,
  extra: Extra,
  create: (options: StandardSchemaV1.InferOutput<Options>) => Instance,
): Plugin<Kind, Name, Options, Instance> & Extra {
  const factory = (options?: StandardSchemaV1.InferInput<Options>): Instance =>
    create(
      parseWith(definition.options, options ?? {}, `${pluginKindNouns[pluginKind] ?? pluginKind} "${definition.name}"`),
    );
  return Object.assign(factory, extra, {
    pluginKind,
    pluginName: definition.name,
    description: definition.description,
    source: definition.source,
    options: definition.options,
  });
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { attachDescription } from './attach-description.js';
import type { LabelledSpan } from './annotator.js';
import type { Json } from './json.js';
import type { Plugin } from './plugin.js';
import type { Message } from './tokenizer.js';

/**
 * One row of a data set, before tokenising. Only response tokens are targets; in `text` rows every token is. `source` says
 * which part of a mixture it belongs to, for rules that treat parts differently.
 */
export type Row = { readonly source?: string } & RowContent;

type RowContent =
  | { readonly messages: readonly Message[] }
  | { readonly prompt: string; readonly completion: string }
  /**
   * Several right answers to one prompt; a policy says which a step trains on. At least one. `labelledSpans`, where there is one,
   * is a list for each reference: labels that are known, as of generated data.
   */
  | {
      readonly prompt: string;
      readonly references: readonly string[];
      readonly labelledSpans?: readonly (readonly LabelledSpan[])[];
    }
  /**
   * A prompt without an answer: nothing to train on, but an evaluator can grade what a model writes. `metadata` holds the
   * row's other keys, by which it grades.
   */
  | { readonly prompt: string; readonly metadata?: Readonly<Record<string, Json>> }
  | { readonly text: string };

export interface Dataset {
  /** Number of rows. */
  readonly length: number;
  row(index: number): Row;
  /** Where row `index` comes from, for messages: `train.jsonl:12`. */
  origin(index: number): string;
  /** Hash of the content: equal data, equal fingerprint. */
  readonly fingerprint: string;
}

export interface DatasetSource {
  load(): Promise<Dataset>;
}

export interface DatasetDefinition<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  readonly description: string;
  readonly source: string;
  readonly options: Options;
  create(options: StandardSchemaV1.InferOutput<Options>): DatasetSource;
}

export type DatasetPlugin<Name extends string = string, Options extends StandardSchemaV1 = StandardSchemaV1> = Plugin<
  'dataset',
  Name,
  Options,
  DatasetSource
>;

/** Defines a data set source: callable with its options in code, and registrable by name. */
export function defineDataset<const Name extends string, Options extends StandardSchemaV1>(
  definition: DatasetDefinition<Name, Options>,
): DatasetPlugin<Name, Options> {
  return attachDescription('dataset', definition, {}, (options) => definition.create(options));
}

/** One tokenised sequence that training can use. */
export interface Example {
  readonly tokens: Int32Array;
  /** 1 where the token is a target (a response token), else 0; as long as `tokens`. The first token never is. */
  readonly target: Uint8Array;
  /** Index of the row it was made from. */
  readonly row: number;
  /** The row's `source`. */
  readonly source?: string;
}

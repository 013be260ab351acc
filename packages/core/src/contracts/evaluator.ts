import type { StandardSchemaV1 } from '@standard-schema/spec';
import { attachDescription } from './attach-description.js';
import type { Dataset, Example, Row } from './dataset.js';
import type { Json } from './json.js';
import type { FrozenModel } from './model-backend.js';
import type { Plugin } from './plugin.js';
import type { TokenBatch } from './token-batch.js';
import type { Tokenizer } from './tokenizer.js';

/** Where what the model writes is kept, one JSON record per line, so that it is neither generated twice nor lost. */
export type AnswersSetting =
  | {
      readonly file: string;
      /** Names weights and tokenizer, e.g. a hash of their files: answers of another model are refused. */
      readonly model: string;
    }
  /** The file holds every answer: they are graded again, and neither model nor tokenizer is asked. */
  | { readonly file: string; readonly regrade: true };

/** What an evaluator works with. */
export interface EvaluationContext {
  readonly model: FrozenModel;
  readonly tokenizer: Tokenizer;
  readonly dataset: Dataset;
  /** Every row tokenised; a row with several references gives one example per reference. */
  readonly examples: readonly Example[];
  /** Packs examples into micro-batches; `scored.sequence` is the index into the given list. */
  pack(examples: readonly Example[]): Iterable<TokenBatch>;
  /** The prompt of a row of the data set, or of any other row, as ids, ready for generation. */
  encodePrompt(row: number | Row): Int32Array;
  readonly seed: number;
  /** For evaluators that generate; absent: nothing is kept. */
  readonly answers?: AnswersSetting;
  onProgress?(done: number, total: number): void;
}

export interface EvaluationResult {
  /** Named numbers; the first is the headline. NLL in nats per token. */
  readonly metrics: Readonly<Record<string, number>>;
  /** One record per item, plain JSON. */
  readonly items: readonly { readonly [key: string]: Json }[];
}

export interface Evaluator {
  readonly name: string;
  evaluate(context: EvaluationContext): Promise<EvaluationResult>;
}

export interface EvaluatorDefinition<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  readonly description: string;
  readonly source: string;
  readonly options: Options;
  create(options: StandardSchemaV1.InferOutput<Options>): Pick<Evaluator, 'evaluate'>;
}

export type EvaluatorPlugin<Name extends string = string, Options extends StandardSchemaV1 = StandardSchemaV1> = Plugin<
  'evaluator',
  Name,
  Options,
  Evaluator
>;

/** Defines an evaluator: callable with its options in code, and registrable by name. */
export function defineEvaluator<const Name extends string, Options extends StandardSchemaV1>(
  definition: EvaluatorDefinition<Name, Options>,
): EvaluatorPlugin<Name, Options> {
  return attachDescription('evaluator', definition, {}, (options): Evaluator => {
    const created = definition.create(options);
    return { name: definition.name, evaluate: (context) => created.evaluate(context) };
  });
}

import type { StandardSchemaV1 } from '@standard-schema/spec';
import { AnnotationError } from '../errors/errors.js';
import { attachDescription } from './attach-description.js';
import type { Plugin } from './plugin.js';

/**
 * The two kinds of response text of ProFit (arXiv 2601.09195, section 4.1): `core` decides whether the response is right,
 * `trivial` could be said otherwise.
 */
export type SpanLabel = 'core' | 'trivial';

/** Characters [start, end) of a response, in UTF-16 code units. */
export interface LabelledSpan {
  readonly start: number;
  readonly end: number;
  readonly label: SpanLabel;
}

/** One response to be labelled. */
export interface AnnotationItem {
  readonly prompt: string;
  readonly response: string;
  /** Other right answers to the same prompt, which the response is compared with; may be empty. */
  readonly references: readonly string[];
  /** The labels that the data came with, where it did. */
  readonly labelledSpans?: readonly LabelledSpan[];
}

/** What an annotator has used so far. */
export interface AnnotatorUsage {
  /** Requests sent, repeated ones included. */
  readonly requests: number;
  /** Items answered from a cache. */
  readonly cached: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** In the currency of the prices that the annotator was given; undefined without prices. */
  readonly cost: number | undefined;
}

export interface Annotator {
  readonly name: string;
  /** How many items may be annotated at once; at least 1. */
  readonly concurrency: number;
  /**
   * The response's labelled spans, in order and without overlap; characters in none of them have no label.
   *
   * @throws AnnotationError when this item cannot be labelled and others may be; any other error means that none can
   */
  annotate(item: AnnotationItem, options?: { readonly signal?: AbortSignal }): Promise<readonly LabelledSpan[]>;
  /** For annotators that cost something. */
  usage?(): AnnotatorUsage;
}

export interface AnnotatorDefinition<Name extends string, Options extends StandardSchemaV1> {
  readonly name: Name;
  readonly description: string;
  readonly source: string;
  readonly options: Options;
  create(
    options: StandardSchemaV1.InferOutput<Options>,
  ): Pick<Annotator, 'annotate' | 'usage'> & { readonly concurrency?: number };
}

export type AnnotatorPlugin<Name extends string = string, Options extends StandardSchemaV1 = StandardSchemaV1> = Plugin<
  'annotator',
  Name,
  Options,
  Annotator
>;

/**
 * Refuses spans that are no labelling of a text.
 *
 * @param length of the text, in UTF-16 code units
 * @throws AnnotationError naming the first span that is out of order, out of bounds, empty or of an unknown label
 */
export function assertLabelledSpans(spans: readonly LabelledSpan[], length: number): void {
  let from = 0;
  for (const [index, { start, end, label }] of spans.entries()) {
    const problem =
      !Number.isInteger(start) || !Number.isInteger(end)
        ? 'has bounds that are not whole numbers'
        : start < from
          ? `begins at ${start}, before the end of the one before it (${from})`
          : end <= start
            ? 'is empty'
            : end > length
              ? `ends at ${end}, behind the end of the response (${length})`
              : label !== 'core' && label !== 'trivial'
                ? `is labelled ${JSON.stringify(label)}, not "core" or "trivial"`
                : undefined;
    if (problem !== undefined) throw new AnnotationError(`labelled span ${index} ${problem}`);
    from = end;
  }
}

/** Defines an annotator: callable with its options in code, and registrable by name. What it returns is checked. */
export function defineAnnotator<const Name extends string, Options extends StandardSchemaV1>(
  definition: AnnotatorDefinition<Name, Options>,
): AnnotatorPlugin<Name, Options> {
  return attachDescription('annotator', definition, {}, (options): Annotator => {
    const created = definition.create(options);
    const { usage } = created;
    return {
      name: definition.name,
      concurrency: created.concurrency ?? 1,
      annotate: async (item, run) => {
        const spans = await created.annotate(item, run);
        assertLabelledSpans(spans, item.response.length);
        return spans;
      },
      ...(usage === undefined ? {} : { usage: () => usage.call(created) }),
    };
  });
}

import { AnnotationError, defineAnnotator, schema } from '@profit-sft/core';

/**
 * The labels that the data came with: `labelledSpans` of a row, one list for each reference, as generators of data write
 * them that know what each stretch of a text is for.
 */
export const generatedLabels = defineAnnotator({
  name: 'generated-labels',
  description: 'takes the labels that the data came with (labelledSpans), as of generated data',
  source: 'ours',
  options: schema.object({}),
  create: () => ({
    concurrency: 16,
    annotate: ({ labelledSpans }) => {
      if (labelledSpans !== undefined) return Promise.resolve(labelledSpans);
      const message =
        'the row has no "labelledSpans". Write them with the data: for each reference a list of {"start", "end", "label"}, ' +
        'or take another annotator';
      return Promise.reject(new AnnotationError(message));
    },
  }),
});

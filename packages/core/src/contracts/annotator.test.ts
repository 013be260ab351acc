import { describe, expect, test } from 'vitest';
import { AnnotationError } from '../errors/errors.js';
import { object } from '../schema/schema.js';
import { assertLabelledSpans, defineAnnotator, type LabelledSpan } from './annotator.js';

const span = (start: number, end: number, label: LabelledSpan['label'] = 'core'): LabelledSpan => ({
  start,
  end,
  label,
});

describe('assertLabelledSpans', () => {
  test('takes spans with gaps between them', () => {
    expect(() => assertLabelledSpans([span(0, 2), span(2, 3, 'trivial'), span(5, 9)], 9)).not.toThrow();
  });

  test.each([
    [[span(0, 3), span(2, 4)], 'span 1 begins at 2, before the end of the one before it (3)'],
    [[span(-1, 3)], 'span 0 begins at -1'],
    [[span(2, 2)], 'span 0 is empty'],
    [[span(0, 10)], 'span 0 ends at 10, behind the end of the response (9)'],
    [[span(0, 1.5)], 'not whole numbers'],
    [[span(0, 1, 'key' as 'core')], 'labelled "key"'],
  ])('refuses %j', (spans, message) => {
    expect(() => assertLabelledSpans(spans, 9)).toThrow(message);
  });
});

test('what an annotator returns is checked', async () => {
  const wrong = defineAnnotator({
    name: 'wrong',
    description: 'labels too much',
    source: 'ours',
    options: object({}),
    create: () => ({ annotate: ({ response }) => Promise.resolve([span(0, response.length + 1)]) }),
  });
  expect(wrong().concurrency).toBe(1);
  await expect(wrong().annotate({ prompt: '', response: 'abc', references: [] })).rejects.toBeInstanceOf(
    AnnotationError,
  );
});

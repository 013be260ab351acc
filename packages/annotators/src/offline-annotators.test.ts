import { describe, expect, test } from 'vitest';
import type { LabelledSpan } from '@profit-sft/core';
import { generatedLabels } from './generated-labels.js';
import { referenceAgreement } from './reference-agreement.js';

const coreOf = (text: string, spans: readonly LabelledSpan[]): string[] =>
  spans.filter(({ label }) => label === 'core').map(({ start, end }) => text.slice(start, end));

describe('reference-agreement', () => {
  const response = 'So we add: 3 + 4 = 7.';
  const references = ['Sum: 3 + 4 = 7.', 'You get 3 + 4 = 7. Easy!', 'It is 3 + 4 = 7, so there.'];

  test('what all references share is core', async () => {
    const spans = await referenceAgreement({ share: 1 }).annotate({ prompt: 'x', response, references });
    expect(coreOf(response, spans)).toEqual(['3 + 4 = 7.']);
    expect(spans[0]).toEqual({ start: 0, end: 10, label: 'trivial' });
  });

  test('a share of them suffices where so asked', async () => {
    const spans = await referenceAgreement({ share: 0.3 }).annotate({ prompt: 'x', response, references });
    expect(coreOf(response, spans)).toEqual(['So', ': 3 + 4 = 7.']);
  });

  test('an occurrence more than elsewhere is trivial', async () => {
    const spans = await referenceAgreement({}).annotate({ prompt: 'x', response: '7 7', references: ['7', '7 a'] });
    expect(spans).toEqual([
      { start: 0, end: 1, label: 'core' },
      { start: 2, end: 3, label: 'trivial' },
    ]);
  });

  test('too few references are an error that says what to do', async () => {
    const item = { prompt: 'x', response, references: references.slice(0, 1) };
    await expect(referenceAgreement().annotate(item)).rejects.toThrow('1 other references, and 2 are needed');
  });
});

describe('generated-labels', () => {
  test('hands on what the row holds, checked', async () => {
    const labelledSpans: LabelledSpan[] = [{ start: 0, end: 2, label: 'core' }];
    const item = { prompt: 'x', response: '12', references: [], labelledSpans };
    expect(await generatedLabels().annotate(item)).toEqual(labelledSpans);
    await expect(generatedLabels().annotate({ ...item, response: '1' })).rejects.toThrow('behind the end');
    await expect(generatedLabels().annotate({ prompt: 'x', response: '1', references: [] })).rejects.toThrow(
      'no "labelledSpans"',
    );
  });
});

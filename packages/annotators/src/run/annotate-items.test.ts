import { AnnotationError, ProfitError, type AnnotationItem, type Annotator } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { annotateItems, type AnnotationOutcome } from './annotate-items.js';

const items = Array.from({ length: 30 }, (_, index): AnnotationItem => ({
  ...{ prompt: '', response: String(index), references: [] },
}));
const annotator = (annotate: (index: number) => Promise<[]>, concurrency = 4): Annotator => ({
  ...{ name: 'test', concurrency, annotate: ({ response }) => annotate(Number(response)) },
});
async function run(subject: Annotator): Promise<Map<number, AnnotationOutcome>> {
  const outcomes = new Map<number, AnnotationOutcome>();
  await annotateItems(subject, items, { onOutcome: (index, outcome) => outcomes.set(index, outcome) });
  return outcomes;
}

describe('annotateItems', () => {
  test('does every item once, never more at once than allowed', async () => {
    let [running, most] = [0, 0];
    const outcomes = await run(
      annotator(async () => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 1));
        running--;
        return [];
      }),
    );
    expect(outcomes.size).toBe(30);
    expect(most).toBe(4);
  });

  test('reports an item that fails and goes on', async () => {
    const outcomes = await run(
      annotator((index) => (index === 3 ? Promise.reject(new AnnotationError('bad')) : Promise.resolve([]))),
    );
    expect(outcomes.get(3)).toEqual({ error: 'bad' });
    expect(outcomes.size).toBe(30);
  });

  test('stops when nothing succeeds, and at once at any other error', async () => {
    let asked = 0;
    const failing = (error: Error): Annotator => annotator(() => (asked++, Promise.reject(error)));
    await expect(run(failing(new AnnotationError('no')))).rejects.toThrow(
      'the first 10 responses could not be labelled',
    );
    expect(asked).toBeLessThan(15);
    asked = 0;
    await expect(run(failing(new ProfitError('backend', 'gone')))).rejects.toThrow('gone');
    expect(asked).toBeLessThanOrEqual(4);
  });
});

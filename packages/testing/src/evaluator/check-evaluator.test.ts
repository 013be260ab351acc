import type { EvaluationContext, EvaluationResult, TrainableModel } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { checkProgress, checkRepeatableEvaluation, checkResult, type AnyEvaluatorPlugin } from './check-evaluator.js';
import { evaluationContext } from './evaluation-context.js';

type Evaluate = (context: EvaluationContext) => Partial<EvaluationResult> | void;

function evaluatorOf(evaluate: Evaluate): AnyEvaluatorPlugin {
  const evaluator = {
    name: 'made',
    evaluate: async (context: EvaluationContext) => ({
      metrics: { rows: context.dataset.length },
      items: [],
      ...evaluate(context),
    }),
  };
  return Object.assign(() => evaluator, { pluginName: 'made' });
}

test('an evaluator that keeps the contract', async () => {
  const plugin = evaluatorOf(({ onProgress }) => {
    onProgress?.(1, 2);
    onProgress?.(2, 2);
    return { items: [{ row: 0 }] };
  });
  await checkResult({ plugin }, { headline: 'rows', metrics: { rows: 3 }, items: 1 });
  await checkRepeatableEvaluation({ plugin });
  await checkProgress({ plugin });
});

describe('results that are refused', () => {
  test.each<[string, Evaluate, RegExp]>([
    ['no metrics', () => ({ metrics: {} }), /returns no metrics/],
    ['NaN', () => ({ metrics: { a: NaN } }), /metric "a" is NaN/],
    ['a metric that would come first', () => ({ metrics: { a: 1, 7: 1 } }), /metric "7"/],
    ['another headline', () => ({ metrics: { other: 1, rows: 3 } }), /headline "rows", the first metric is "other"/],
    ['another number', () => ({ metrics: { rows: 4 } }), /"rows" to be 3, got 4/],
    ['an item that is no record', () => ({ items: [3 as never] }), /item 0 .* it is no object/],
    ['an item that is not JSON', () => ({ items: [{ a: [1, Infinity] }] }), /item 0 .* a\[1\] is Infinity/],
    ['other items than it counts', () => ({ metrics: { rows: 3, items: 2 } }), /returns 0 item records, expected 2/],
  ])('%s', async (_, evaluate, message) => {
    const expected = { headline: 'rows', metrics: { rows: 3 } };
    await expect(checkResult({ plugin: evaluatorOf(evaluate) }, expected)).rejects.toThrow(message);
  });

  test('another result for the same seed', async () => {
    let calls = 0;
    const plugin = evaluatorOf(() => ({ metrics: { calls: ++calls } }));
    await expect(checkRepeatableEvaluation({ plugin })).rejects.toThrow('for the same seed');
  });

  test.each<[string, Evaluate, RegExp]>([
    ['that is not reported', () => undefined, /reports no progress/],
    ['that goes back', ({ onProgress }) => [2, 1].forEach((done) => onProgress?.(done, 3)), /from 2 to 1 of 3/],
    ['beyond its total', ({ onProgress }) => onProgress?.(4, 3), /from 0 to 4 of 3/],
    ['whose total changes', ({ onProgress }) => [3, 4].forEach((total) => onProgress?.(1, total)), /from 3 to 4/],
    ['that does not end', ({ onProgress }) => onProgress?.(1, 3), /ends at 1 of 3/],
  ])('progress %s', async (_, evaluate, message) => {
    await expect(checkProgress({ plugin: evaluatorOf(evaluate) })).rejects.toThrow(message);
  });

  test('training', async () => {
    const plugin = evaluatorOf(({ model }) => void (model as TrainableModel).clearGradients());
    await expect(checkResult({ plugin })).rejects.toThrow('must not call clearGradients');
  });
});

test('the model scores what it generates: its own greedy answer is its most probable one', async () => {
  const { model, tokenizer, encodePrompt } = evaluationContext();
  const prompt = encodePrompt(0);
  const [generated] = await model.generate([prompt], { maxTokens: 8 });
  const [again] = await model.generate([prompt], { maxTokens: 8 });
  expect(again).toEqual(generated);
  expect(tokenizer.decode(prompt)).toBe('2 + 3 = ');
  const first = generated.tokens[0] ?? tokenizer.endId;
  const { maxProb, logProb } = await model.score(
    {
      rows: 1,
      columns: prompt.length,
      tokens: prompt,
      segments: new Int32Array(prompt.length).fill(1),
      positions: Int32Array.from(prompt.keys()),
      scored: {
        length: 1,
        source: Int32Array.of(prompt.length - 1),
        target: Int32Array.of(first),
        sequence: Int32Array.of(0),
        position: Int32Array.of(0),
      },
    },
    ['maxProb'],
  );
  expect(Math.exp(logProb[0])).toBeCloseTo(maxProb![0], 6);
});

test('a row with several references gives one example each', () => {
  expect(evaluationContext().examples.map(({ row }) => row)).toEqual([0, 1, 2, 2]);
});

import { createRegistry, type Example, type Row, type Tokenizer, type TrainableModel } from '@profit-sft/core';
import { describe, expect, it } from 'vitest';
import { evaluators, exactMatch, perplexity } from './index.js';
import {
  bigramLanguageModel,
  characterTokenizer,
  contextOf,
  datasetOf,
} from './testing-model/bigram-language-model.js';

const example = (tokens: number[], target: number[], row: number): Example => ({
  tokens: Int32Array.from(tokens),
  target: Uint8Array.from(target),
  row,
});

describe('perplexity', () => {
  const model = bigramLanguageModel(
    [
      [0.5, 0.25, 0.25],
      [0.125, 0.75, 0.125],
      [1 / 3, 1 / 3, 1 / 3],
    ],
    3,
  ) as TrainableModel;
  const examples = [example([0, 1, 1], [0, 1, 1], 0), example([2, 2, 0, 0], [0, 0, 0, 1], 1)];
  const dataset = datasetOf([{ text: 'a' }, { text: 'b' }]);

  it('weighs every token equally and reports each item', async () => {
    const progress: number[][] = [];
    const result = await perplexity().evaluate(
      contextOf({ model, examples, dataset, onProgress: (done, total) => progress.push([done, total]) }),
    );
    const meanNll = -(Math.log(0.25) + Math.log(0.75) + Math.log(0.5)) / 3;
    expect(Object.keys(result.metrics)[0]).toBe('meanNll');
    expect(result.metrics.meanNll).toBeCloseTo(meanNll, 6);
    expect(result.metrics.perplexity).toBeCloseTo(Math.exp(meanNll), 5);
    expect(result.metrics.meanProb).toBeCloseTo(0.5, 6);
    expect(result.metrics).toMatchObject({ tokens: 3, items: 2 });
    expect(result.items.map(({ row, tokens }) => [row, tokens])).toEqual([
      [0, 2],
      [1, 1],
    ]);
    expect(result.items[0].meanNll).toBeCloseTo(-(Math.log(0.25) + Math.log(0.75)) / 2, 6);
    expect(result.items[1].meanNll).toBeCloseTo(Math.log(2), 6);
    expect(result.metrics.sequenceNll).toBeCloseTo((-(Math.log(0.25) + Math.log(0.75)) / 2 + Math.log(2)) / 2, 6);
    expect(progress).toEqual([
      [2, 3],
      [3, 3],
    ]);
  });

  it('names the row whose NLL is not finite', async () => {
    const broken = bigramLanguageModel(
      [
        [1, 0],
        [1, 0],
      ],
      3,
    ) as TrainableModel;
    await expect(
      perplexity().evaluate(contextOf({ model: broken, examples: [example([0, 1], [0, 1], 1)], dataset })),
    ).rejects.toThrow(/rows\.jsonl:2 is not finite/);
  });

  it('refuses a data set without targets', async () => {
    await expect(
      perplexity().evaluate(contextOf({ model, examples: [example([0, 1], [0, 0], 0)], dataset })),
    ).rejects.toThrow(/no response tokens/);
  });
});

describe('exact-match', () => {
  const tokenizer = characterTokenizer('0123=ab#');
  const { endId } = tokenizer;
  /** After `=` comes 1, after 1 comes 2, after 2 the end; after `a` comes `b`, after `b` comes `a`, without end. */
  const successors = new Map([
    ['=', '1'],
    ['1', '2'],
    ['2', undefined],
    ['a', 'b'],
    ['b', 'a'],
    ['#', '1'],
  ]);
  const table = Array.from({ length: endId }, (_, previous) => {
    const character = tokenizer.decode([previous]);
    const next = successors.has(character) ? successors.get(character) : undefined;
    const nextId = next === undefined ? endId : tokenizer.encode(next)[0];
    return Array.from({ length: endId + 1 }, (_, id) => (id === nextId ? 0.9 : 0.1 / endId));
  });
  const model = bigramLanguageModel(table, endId) as TrainableModel;
  const evaluate = (rows: Row[], options: Parameters<typeof exactMatch>[0] = {}, progress?: (done: number) => void) => {
    const dataset = datasetOf(rows);
    return exactMatch({ maxTokens: 5, ...options }).evaluate(
      contextOf({
        model,
        tokenizer: tokenizer as unknown as Tokenizer,
        dataset,
        encodePrompt: (given) => {
          const row = typeof given === 'number' ? dataset.row(given) : given;
          return tokenizer.encode(
            'prompt' in row ? row.prompt : 'messages' in row ? row.messages[0].content : row.text,
          );
        },
        ...(progress === undefined ? {} : { onProgress: progress }),
      }),
    );
  };

  it('compares the last number of the text with that of any reference', async () => {
    const progress: number[] = [];
    const { metrics, items } = await evaluate(
      [
        { prompt: '3=', completion: '12' },
        { prompt: '2=', completion: '21' },
        { prompt: '0=', references: ['it is 3', 'or 012.'] },
        { prompt: 'a', completion: '1' },
        {
          messages: [
            { role: 'user', content: '1=' },
            { role: 'assistant', content: '= 12' },
          ],
        },
      ],
      {},
      (done) => progress.push(done),
    );
    const { accuracyLower, accuracyUpper, ...others } = metrics;
    expect(others).toEqual({ accuracy: 0.6, correct: 3, items: 5, answered: 4, truncated: 1, unanswered: 0 });
    expect(accuracyLower).toBeLessThan(0.6);
    expect(accuracyUpper).toBeGreaterThan(0.6);
    expect(Object.keys(metrics)[0]).toBe('accuracy');
    expect(items[0]).toEqual({
      ...{ row: 0, repeat: 0, prompt: '3=', text: '12', finishReason: 'stop' },
      ...{ answer: '12', expected: ['12'], correct: true },
    });
    expect(items[2]).toMatchObject({ expected: ['3', '12'], correct: true });
    expect(items[3]).toMatchObject({ text: 'babab', answer: null, correct: false });
    expect(items[4]).toMatchObject({ prompt: '1=', correct: true });
    expect(progress).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('takes several answers to each prompt', async () => {
    const rows: Row[] = [
      { prompt: '=', completion: '12' },
      { prompt: '=', completion: '3' },
    ];
    const { metrics, items } = await evaluate(rows, { decoding: 'profit', repeats: 4 });
    expect(metrics).toMatchObject({ accuracy: 0.5, 'pass@2': 0.5, 'pass@4': 0.5, correct: 4, items: 8 });
    expect(items.map(({ row, repeat }) => `${String(row)} ${String(repeat)}`)).toEqual([
      '0 0',
      '0 1',
      '0 2',
      '0 3',
      '1 0',
      '1 1',
      '1 2',
      '1 3',
    ]);
  });

  it('applies a pattern to texts and references', async () => {
    const rows: Row[] = [{ prompt: '=', completion: '2 then 1' }];
    const { items } = await evaluate(rows, { answerPattern: '^(\\d)' });
    expect(items[0]).toMatchObject({ answer: '1', expected: ['2'], correct: false });
    const second = await evaluate(rows, { answerPattern: '(2)' });
    expect(second.items[0]).toMatchObject({ answer: '2', expected: ['2'], correct: true });
  });

  it('names rows that cannot be graded', async () => {
    await expect(evaluate([{ prompt: '=', completion: '1' }, { text: '12' }])).rejects.toThrow(
      /rows\.jsonl:2.*no reference/,
    );
    await expect(evaluate([{ prompt: '=', completion: 'none' }])).rejects.toThrow(/rows\.jsonl:1.*expected a number/);
    await expect(evaluate([])).rejects.toThrow(/no rows/);
  });

  it('refuses unknown options and patterns without a group', () => {
    expect(() => exactMatch({ maxToken: 3 } as object)).toThrow(/Did you mean "maxTokens"/);
    expect(() => exactMatch({ answerPattern: 'x' })).toThrow(/answerPattern: needs a group/);
  });
});

it('serves a registry by name', () => {
  const registry = createRegistry({ evaluators });
  expect(registry.evaluator('exact-match', { maxTokens: 3 }).name).toBe('exact-match');
  expect(registry.evaluator('perplexity').name).toBe('perplexity');
});

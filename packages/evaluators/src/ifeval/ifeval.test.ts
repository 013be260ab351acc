import type { Generation, Row, Tokenizer, TrainableModel } from '@profit-sft/core';
import { describeEvaluator } from '@profit-sft/testing';
import { describe, expect, it } from 'vitest';
import { characterTokenizer, contextOf, datasetOf } from '../testing-model/bigram-language-model.js';
import { ifeval } from './ifeval.js';

const tokenizer = characterTokenizer('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ,.!*\n');

/** Answers each prompt as a table says: what is under test is what is made of the answers. */
function modelOf(answers: Readonly<Record<string, string>>, calls: number[] = []): TrainableModel {
  return {
    description: { maxPositions: 40 },
    generate: (prompts: readonly Int32Array[], { maxTokens }: { maxTokens: number }): Promise<Generation[]> => {
      calls.push(prompts.length);
      return Promise.resolve(
        prompts.map((prompt) => {
          const tokens = tokenizer.encode(answers[tokenizer.decode(prompt)]);
          const finishReason = tokens.length > maxTokens ? 'length' : 'stop';
          return { tokens: tokens.slice(0, maxTokens), finishReason };
        }),
      );
    },
  } as unknown as TrainableModel;
}

const promptRow = (
  prompt: string,
  ids: readonly string[],
  kwargs: readonly Record<string, number | string>[],
): Row => ({
  prompt,
  metadata: { key: prompt.length, instruction_id_list: ids, kwargs },
});

const evaluate = (
  rows: Row[],
  answers: Record<string, string>,
  options: Parameters<typeof ifeval>[0] = {},
  progress?: (done: number, total: number) => void,
  calls?: number[],
): ReturnType<ReturnType<typeof ifeval>['evaluate']> => {
  const dataset = datasetOf(rows);
  return ifeval({ maxTokens: 30, ...options }).evaluate(
    contextOf({
      model: modelOf(answers, calls),
      tokenizer: tokenizer as unknown as Tokenizer,
      dataset,
      encodePrompt: (row) =>
        tokenizer.encode(((typeof row === 'number' ? dataset.row(row) : row) as { prompt: string }).prompt),
      ...(progress === undefined ? {} : { onProgress: progress }),
    }),
  );
};

describe('ifeval', () => {
  const rows = [
    promptRow(
      'first',
      ['punctuation:no_comma', 'detectable_format:number_highlighted_sections'],
      [{}, { num_highlights: 1 }],
    ),
    promptRow('second', ['punctuation:no_comma'], [{}]),
    promptRow(
      'third',
      ['length_constraints:number_words', 'punctuation:no_comma'],
      [{ num_words: 3, relation: 'at least' }, {}],
    ),
  ];
  const answers = {
    first: 'a *b* c',
    second: 'Well, yes\nno comma',
    third: 'so, it goes on and on and on and on and on',
  };

  it('reports the four accuracies, their intervals and a record per row', async () => {
    const progress: number[][] = [];
    const calls: number[] = [];
    const { metrics, items } = await evaluate(rows, answers, {}, (...report) => progress.push(report), calls);
    expect(Object.keys(metrics)[0]).toBe('promptLevelStrictAccuracy');
    expect(metrics).toMatchObject({
      promptLevelStrictAccuracy: 1 / 3,
      instructionLevelStrictAccuracy: 3 / 5,
      promptLevelLooseAccuracy: 2 / 3,
      instructionLevelLooseAccuracy: 4 / 5,
      items: 3,
      instructions: 5,
      truncated: 1,
      unanswered: 0,
      ungraded: 0,
    });
    for (const name of Object.keys(metrics).filter((key) => key.endsWith('Accuracy'))) {
      expect(metrics[`${name}Lower`]).toBeLessThan(metrics[name]);
      expect(metrics[`${name}Upper`]).toBeGreaterThan(metrics[name]);
    }
    expect(items[1]).toEqual({
      row: 1,
      repeat: 0,
      key: 6,
      prompt: 'second',
      response: 'Well, yes\nno comma',
      finishReason: 'stop',
      instructions: [{ id: 'punctuation:no_comma', strict: false, loose: true }],
      strict: false,
      loose: true,
    });
    expect(items[2]).toMatchObject({ response: answers.third.slice(0, 30), finishReason: 'length', strict: false });
    expect(calls).toEqual([3]);
    expect(progress).toEqual([
      [0, 3],
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
  });

  it('means over several responses to each prompt, which are drawn together for the intervals', async () => {
    const calls: number[] = [];
    const sampled = { decoding: 'profit', maxTokens: 30, repeats: 3 } as const;
    const { metrics, items } = await evaluate(rows, answers, sampled, undefined, calls);
    expect(calls).toEqual([9]);
    expect(items.map(({ row, repeat }) => [row, repeat])).toEqual(
      [0, 1, 2].flatMap((row) => [0, 1, 2].map((repeat) => [row, repeat])),
    );
    const single = (await evaluate(rows, answers)).metrics;
    expect(metrics).toMatchObject({ items: 9, instructions: 15, truncated: 3 });
    // The table model gives the same response each time, so neither means nor intervals change.
    for (const name of Object.keys(single).filter((key) => key.includes('Accuracy'))) {
      expect(metrics[name]).toBeCloseTo(single[name], 12);
    }
  });

  it('reports each instruction type and group where asked', async () => {
    const { metrics } = await evaluate(rows, answers, { byInstruction: true });
    expect(metrics).toMatchObject({
      'strict punctuation': 1 / 3,
      'loose punctuation': 2 / 3,
      'strict punctuation:no_comma': 1 / 3,
      'strict length_constraints': 1,
      'strict detectable_format:number_highlighted_sections': 1,
    });
    expect(Object.keys((await evaluate(rows, answers)).metrics).some((name) => name.includes(' '))).toBe(false);
  });

  it('leaves out rows that cannot be graded, and asks the model for no answer to them', async () => {
    const calls: number[] = [];
    const some: Row[] = [
      promptRow('bad', ['punctuation:no_comma', 'length_constraints:number_words'], [{}, {}]),
      promptRow('short', ['punctuation:no_comma', 'startend:quotation'], [{}]),
      { prompt: 'none' },
      { prompt: 'text', completion: 'a' },
      { prompt: 'ids', metadata: { instruction_id_list: [3], kwargs: [{}] } },
      promptRow('second', ['punctuation:no_comma'], [{}]),
    ];
    const { metrics, items } = await evaluate(some, answers, {}, undefined, calls);
    expect(metrics).toMatchObject({ promptLevelLooseAccuracy: 1, items: 6, instructions: 1, ungraded: 5 });
    expect(calls).toEqual([1]);
    expect(items.map(({ problem }) => problem)).toEqual([
      expect.stringContaining('length_constraints:number_words: relation must be'),
      'has no kwargs for each of its 2 instructions',
      'has no instruction_id_list: a list of texts',
      'has no instruction_id_list: a list of texts',
      'has no instruction_id_list: a list of texts',
      undefined,
    ]);
    expect(items[0]).toMatchObject({ row: 0, prompt: 'bad', response: null });
  });

  it('a prompt that the model has no room for follows nothing', async () => {
    const long = 'long prompt '.repeat(4);
    const calls: number[] = [];
    const all = [promptRow(long, ['punctuation:no_comma'], [{}]), ...rows];
    const { metrics, items } = await evaluate(all, answers, {}, undefined, calls);
    expect(metrics).toMatchObject({ promptLevelStrictAccuracy: 1 / 4, unanswered: 1, ungraded: 0 });
    expect(items[0]).toMatchObject({ response: '', finishReason: null, strict: false });
    expect(items[0].problem).toBe('the prompt has 48 tokens, and the model allows 40 in all');
    expect(calls).toEqual([3]);
    expect((await evaluate(all.slice(0, 1), answers)).metrics).toMatchObject({ promptLevelStrictAccuracy: 0 });
  });

  it('refuses data of which no row can be graded', async () => {
    await expect(evaluate([{ prompt: 'none' }], {})).rejects.toThrow(
      /rows\.jsonl:1.*has no instruction_id_list.*ifeval needs rows of prompt, instruction_id_list and kwargs/,
    );
    await expect(evaluate([], {})).rejects.toThrow(/no rows/);
  });

  it('refuses unknown options', () => {
    expect(() => ifeval({ maxToken: 3 } as object)).toThrow(/Did you mean "maxTokens"/);
  });
});

describeEvaluator(ifeval, {
  options: { maxTokens: 4 },
  cases: [
    {
      headline: 'promptLevelStrictAccuracy',
      items: 2,
      rows: [
        promptRow('2 + 3 = ', ['punctuation:no_comma'], [{}]),
        promptRow('4 + 4 = ', ['startend:quotation'], [{}]),
      ],
    },
  ],
});

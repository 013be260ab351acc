import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, Row } from '@profit-sft/core';
import { describeEvaluator } from '@profit-sft/testing';
import { describe, expect, test } from 'vitest';
import { hasTestData, testData } from '../testing-data/test-data.js';
import { writingContext, type WritingModelOptions } from '../testing-model/writing-model.js';
import { aime24 } from './aime24.js';
import { gpqaDiamond } from './gpqa-diamond.js';
import { gsm8k } from './gsm8k.js';
import { gsm8kExamples } from './gsm8k-examples.js';
import { math500 } from './math500.js';

type Item = Record<string, Json>;

describe('gsm8k', () => {
  const rows: Row[] = [
    { prompt: 'One and one?', completion: 'It is <<1+1=2>>2.\n#### 1,250' },
    { prompt: 'Two?', references: ['#### 2', '#### 2.0'] },
    { prompt: 'Three?', metadata: { answer: 3 } },
  ];

  test('asks with eight examples, as the source does, and grades the last number', async () => {
    const { context, calls } = writingContext(rows, {
      write: (prompt) =>
        prompt.includes('One') ? ' so 1250.\n\nQ: and 7?' : prompt.includes('Two') ? 'about 3' : 'none',
    });
    const { metrics, items } = await gsm8k().evaluate(context);
    const [{ prompts, options }] = calls;
    expect(prompts[1]).toMatch(
      /^Q: There are 15 trees.*\nA: There are 15 trees.*The answer is 6\.\n\nQ: If there are 3 cars/,
    );
    expect(prompts[1]).toMatch(/\nA: .* 23 - 15 is 8\. The answer is 8\.\n\nQ: Two\?\nA:$/);
    expect(prompts[1].match(/^Q: /gm)).toHaveLength(9);
    expect(options).toMatchObject({ temperature: 0, maxTokens: 256 });
    expect(Object.keys(metrics)[0]).toBe('avg@1');
    expect(metrics).toMatchObject({ 'avg@1': 1 / 3, questions: 3, items: 3, answered: 2, truncated: 0, ungraded: 0 });
    expect(items[0]).toEqual({
      ...{ row: 0, repeat: 0, question: 'One and one?', text: ' so 1250.\n\n', tokens: 13, finishReason: 'stop' },
      ...{ correct: true, extracted: '1250', expected: ['1,250'], reason: 'equal' },
    });
    expect(items[2]).toMatchObject({ expected: ['3'], extracted: null, correct: false, reason: 'no answer' });
  });

  test('zero-shot, drawn with the paper’s settings', async () => {
    const { context, calls } = writingContext(rows);
    const { metrics, items } = await gsm8k({ prompt: 'zero-shot', decoding: 'profit', maxTokens: 30 }).evaluate(
      context,
    );
    expect(calls[0].prompts[0]).toBe("Q: One and one?\nA: Let's think step by step.");
    expect(calls[0].options).toMatchObject({ temperature: 0.7, topP: 0.8, topK: 20, maxTokens: 30 });
    expect(Object.keys(metrics).slice(0, 4)).toEqual(['avg@8', 'pass@2', 'pass@4', 'pass@8']);
    expect(metrics).toMatchObject({ questions: 3, items: 24 });
    expect(items).toHaveLength(24);
  });

  test('rows that cannot be graded are left out and say why; without any other, the columns are named', async () => {
    const bad: Row[] = [
      { prompt: 'a', completion: 'no number' },
      { prompt: 'b', completion: '' },
      { text: 'c' },
      { messages: [{ role: 'user', content: 'd' }] },
      { prompt: 'e', metadata: { other: 1 } },
      { prompt: ' ', completion: '1' },
    ];
    const { context, calls } = writingContext([...bad.filter((row) => !('messages' in row)), rows[0]]);
    const { metrics, items } = await gsm8k({ prompt: 'zero-shot' }).evaluate(context);
    expect(calls[0].prompts).toHaveLength(1);
    expect(metrics).toMatchObject({ questions: 1, items: 6, ungraded: 5 });
    expect(items.filter((item) => 'problem' in item).map(({ problem }) => problem)).toEqual([
      'has no number in its answer',
      'has no answer: neither a completion nor answer',
      'is no prompt with an answer',
      'has no answer: neither a completion nor answer',
      'has an empty prompt',
    ]);
    await expect(gsm8k().evaluate(writingContext(bad.slice(0, 2)).context)).rejects.toThrow(
      /rows:1: has no number in its answer, and no other row can be graded either; gsm8k needs .* prompt: question, completion: answer/,
    );
    await expect(gsm8k().evaluate(writingContext([]).context)).rejects.toThrow(/no rows/);
  });

  test('a prompt that the model has no room for is wrong, and hostile output is graded in bounded time', async () => {
    const hostile: Row[] = [
      'megabyte',
      'digits',
      'braces',
      'powers',
      'nothing',
      'control',
      `long ${'word '.repeat(2000)}`,
    ].map((prompt) => ({ prompt, completion: 'so \\boxed{7}\n#### 7' }));
    const texts: Record<string, string> = {
      megabyte: '7'.repeat(2 ** 20),
      digits: `${'1,'.repeat(300_000)}7`,
      braces: `\\boxed{${'{'.repeat(200_000)}`,
      powers: `$${'9^{'.repeat(5000)}$`,
      nothing: '',
      control: '\n\n\n   7   ',
    };
    const write: WritingModelOptions['write'] = (prompt) =>
      texts[Object.keys(texts).find((name) => prompt.includes(name)) ?? ''] ?? '7';
    for (const evaluator of [
      gsm8k({ prompt: 'zero-shot', maxTokens: 2 ** 21, stop: [] }),
      math500({ maxTokens: 2 ** 21 }),
    ]) {
      const { context } = writingContext(hostile, { write, maxPositions: 1000 });
      const before = process.cpuUsage();
      const { metrics, items } = await evaluator.evaluate(context);
      expect(process.cpuUsage(before).user / 1000, 'milliseconds of the processor').toBeLessThan(15_000);
      expect(metrics).toMatchObject({ questions: 7, items: 7, unanswered: 1 });
      expect(items[6]).toMatchObject({ correct: false, finishReason: null });
      expect(items[6].problem).toMatch(/tokens, and the model allows 1000 in all/);
      expect(items.map(({ correct }) => correct)).toEqual([false, items[1].correct, false, false, false, true, false]);
    }
  }, 40_000);

  test('a question’s worked examples are the source’s: eight, each with a stated answer', () => {
    expect(gsm8kExamples.map(([, answer]) => /The answer is (\d+)\.$/.exec(answer)?.[1])).toEqual([
      '6',
      '5',
      '39',
      '8',
      '9',
      '29',
      '33',
      '8',
    ]);
  });
});

describe('math500 and aime24', () => {
  test('ask for a boxed answer and take what is equivalent', async () => {
    const rows: Row[] = [
      { prompt: 'Half?', completion: '\\frac{1}{2}' },
      { prompt: 'Point?', completion: 'So it is $\\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}.$' },
      { prompt: 'Other?', metadata: { solution: 'thus \\boxed{5}', answer: '6' } },
    ];
    const { context, calls } = writingContext(rows, {
      write: (prompt) =>
        prompt.startsWith('Half') ? 'It is \\boxed{0.5}.' : prompt.startsWith('Point') ? '$(3, \\pi/2)$' : '\\boxed{5}',
    });
    const { metrics, items } = await math500().evaluate(context);
    expect(calls[0].prompts[0]).toBe('Half?\nPlease reason step by step, and put your final answer within \\boxed{}.');
    expect(calls[0].options).toMatchObject({ temperature: 0, maxTokens: 2048 });
    expect(metrics).toMatchObject({ 'avg@1': 2 / 3, answered: 3 });
    expect(items[2]).toMatchObject({ expected: ['6'], extracted: '5', correct: false, reason: 'different' });
  });

  test('aime24 takes 32 answers, and whole numbers with leading zeros', async () => {
    const { context, calls } = writingContext([{ prompt: 'p', completion: '33' }], { write: () => 'so \\boxed{033}' });
    const { metrics } = await aime24().evaluate(context);
    expect(calls[0].prompts).toHaveLength(32);
    expect(calls[0].options).toMatchObject({ temperature: 0.7, topP: 0.8, topK: 20, maxTokens: 32_768 });
    expect(metrics).toMatchObject({ 'avg@32': 1, 'pass@32': 1, items: 32 });
  });
});

describe('gpqa-diamond', () => {
  /** Made up, in the columns of the gated file. */
  const row = (index: number): Row => ({
    prompt: ` Which gas ${index}? `,
    metadata: {
      'Correct Answer': 'helium\n',
      'Incorrect Answer 1': 'argon',
      'Incorrect Answer 2': 'neon',
      'Incorrect Answer 3': 4,
      'Record ID': `rec${index}`,
    },
  });
  const rows = Array.from({ length: 20 }, (_, index) => row(index));
  const letterOf = (prompt: string, option: string): string | undefined =>
    new RegExp(`^([A-D])\\) ${option}$`, 'm').exec(prompt)?.[1];

  test('asks as simple-evals does, with options in an order of the seed', async () => {
    const { context, calls } = writingContext(rows, {
      write: (prompt) => `It is light.\n\nAnswer: ${letterOf(prompt, 'helium')}`,
    });
    const { metrics, items } = await gpqaDiamond().evaluate(context);
    const { prompts, options } = calls[0];
    expect(prompts[0]).toMatch(
      /^Answer the following multiple choice question\. The last line of your response should be of the following format: 'Answer: \$LETTER' \(without quotes\) where LETTER is one of ABCD\. Think step by step before answering\.\n\nWhich gas 0\?\n\nA\) .+\nB\) .+\nC\) .+\nD\) .+$/,
    );
    expect(options).toMatchObject({ temperature: 0.5, maxTokens: 2048 });
    expect(metrics).toMatchObject({ 'avg@4': 1, questions: 20, items: 80 });
    const correctLetters = prompts.map((prompt) => letterOf(prompt, 'helium'));
    expect(items.map(({ expected }) => expected)).toEqual(correctLetters);
    for (const letter of ['A', 'B', 'C', 'D']) {
      const share = correctLetters.filter((one) => one === letter).length / 80;
      expect(share).toBeGreaterThan(0.1);
      expect(share).toBeLessThan(0.4);
    }
    expect(items[5].options).toEqual(
      prompts[5]
        .split('\n')
        .slice(-4)
        .map((line) => line.slice(3)),
    );
    expect(new Set(prompts.slice(0, 4)).size).toBeGreaterThan(1);

    const again = writingContext(rows);
    await gpqaDiamond().evaluate(again.context);
    expect(again.calls[0].prompts).toEqual(prompts);
    const other = writingContext(rows, {}, { seed: 2 });
    await gpqaDiamond().evaluate(other.context);
    expect(other.calls[0].prompts).not.toEqual(prompts);
  });

  test('a wrong letter, no letter and a row without options', async () => {
    const some: Row[] = [row(0), row(1), { prompt: 'Which?', completion: 'helium' }];
    const { context } = writingContext(some, {
      write: (prompt) => (prompt.includes('gas 0') ? `Answer: ${letterOf(prompt, 'argon')}` : 'who knows'),
    });
    const { metrics, items } = await gpqaDiamond({ decoding: 'greedy' }).evaluate(context);
    expect(metrics).toMatchObject({ 'avg@1': 0, questions: 2, items: 3, answered: 1, ungraded: 1 });
    expect(items.find((item) => 'problem' in item)?.problem).toMatch(/^has no "Correct Answer", "Incorrect Answer 1"/);
    await expect(gpqaDiamond().evaluate(writingContext(some.slice(2)).context)).rejects.toThrow(
      /gpqa-diamond needs rows of a prompt with .* map GPQA’s own with the column prompt: Question/,
    );
  });
});

describe.skipIf(!hasTestData)('the benchmarks’ own files (skipped where PROFIT_TEST_DATA is absent)', () => {
  const lines = (path: string): Item[] =>
    readFileSync(join(testData, 'benchmarks', path), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Item);

  test('every GSM8K solution is right by its own number', async () => {
    const answers = lines('gsm8k/test.jsonl').map(({ answer }) => answer as string);
    const rows = lines('gsm8k/test.jsonl').map(({ question, answer }, index): Row => ({
      prompt: `${index}: ${question as string}`,
      completion: answer as string,
    }));
    const write = (prompt: string): string => answers[parseInt(prompt.slice('Q: '.length))];
    const { context } = writingContext(rows.slice(0, 200), { write });
    const { metrics } = await gsm8k({ prompt: 'zero-shot', maxTokens: 5000 }).evaluate(context);
    expect(metrics).toMatchObject({ 'avg@1': 1, questions: 200, ungraded: 0 });
  });

  test.skipIf(!existsSync(join(testData, 'benchmarks/math500')))(
    'MATH-500 and AIME 2024 take their own answers, from the solution too',
    async () => {
      const math = JSON.parse(readFileSync(join(testData, 'benchmarks/math500/math500_test.json'), 'utf8')) as Item[];
      const problems = math.slice(0, 60);
      const rows = problems.map(({ problem, solution }, index): Row => ({
        prompt: `${index}: ${problem as string}`,
        completion: solution as string,
      }));
      const { context } = writingContext(rows, {
        write: (prompt) => `\\boxed{${problems[parseInt(prompt)].answer as string}}`,
        maxPositions: 10_000,
      });
      expect((await math500().evaluate(context)).metrics).toMatchObject({ 'avg@1': 1, questions: 60, unanswered: 0 });
      const aime = lines('aime24/test.jsonl');
      const aimeRows = aime.map(({ problem, answer }, index): Row => ({
        prompt: `${index}: ${problem as string}`,
        completion: String(answer),
      }));
      const asked = writingContext(aimeRows, {
        write: (prompt) => `\\boxed{${String(aime[parseInt(prompt)].answer)}}`,
      });
      expect((await aime24({ decoding: 'greedy' }).evaluate(asked.context)).metrics).toMatchObject({
        'avg@1': 1,
        questions: 30,
      });
    },
  );
});

const options = { decoding: 'profit', maxTokens: 8, repeats: 2 } as const;
describeEvaluator(gsm8k, { options: { ...options, prompt: 'zero-shot' }, cases: [{ headline: 'avg@2', items: 6 }] });
describeEvaluator(math500, { options, cases: [{ headline: 'avg@2', items: 6 }] });
describeEvaluator(aime24, { options, cases: [{ headline: 'avg@2', items: 6 }] });
describeEvaluator(gpqaDiamond, {
  options,
  cases: [
    {
      headline: 'avg@2',
      items: 2,
      rows: [
        {
          prompt: '2 + 3',
          metadata: {
            'Correct Answer': '5',
            'Incorrect Answer 1': '6',
            'Incorrect Answer 2': '7',
            'Incorrect Answer 3': '8',
          },
        },
      ],
    },
  ],
});

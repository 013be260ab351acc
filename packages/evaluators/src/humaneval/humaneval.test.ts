import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Evaluator, Json, Row } from '@profit-sft/core';
import { describeEvaluator } from '@profit-sft/testing';
import { describe, expect, test, vi } from 'vitest';
import { hasTestData, testData } from '../testing-data/test-data.js';
import { writingContext, type WritingModelOptions } from '../testing-model/writing-model.js';
import { humaneval } from './humaneval.js';

// Each test starts a sandbox, which takes long on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 300_000 });

const problem = (name: string, expected: string): Row => ({
  prompt: `def ${name}(a, b):\n    """Adds."""\n`,
  metadata: {
    ...{ task_id: `Made/${name}`, entry_point: name, canonical_solution: '    return a + b\n' },
    test: `def check(candidate):\n    assert candidate(1, 2) == ${expected}\n`,
  },
});

async function ask(evaluator: Evaluator, rows: Row[], write: WritingModelOptions['write']) {
  const { context, calls } = writingContext(rows, { write });
  return { ...(await evaluator.evaluate(context)), calls };
}

test('completions are cut where the function ends, run, and reported with what went wrong', async () => {
  const rows = [
    problem('right', '3'),
    problem('wrong', '4'),
    problem('slow', '3'),
    problem('broken', '3'),
    problem('guarded', '3'),
  ];
  const write = (prompt: string) => {
    if (prompt.includes('slow')) return '    while True: pass';
    if (prompt.includes('broken')) return '    return a +* b';
    if (prompt.includes('guarded')) return '    return a + b\n\nif __name__ == "__main__":\n    raise SystemExit';
    return '    return a + b\n\ndef other():\n    syntax error';
  };
  const { metrics, items, calls } = await ask(humaneval({ timeout: 2 }), rows, write);
  expect(calls[0].prompts[0]).toBe('def right(a, b):\n    """Adds."""\n');
  expect(calls[0].options).toMatchObject({ temperature: 0, maxTokens: 512 });
  expect(Object.keys(metrics)[0]).toBe('pass@1');
  expect(metrics).toMatchObject({ 'pass@1': 0.4, questions: 5, items: 5, timeouts: 1, unanswered: 0, ungraded: 0 });
  expect(items.map(({ task, correct, outcome, error }) => [task, correct, outcome, error])).toEqual([
    ['Made/right', true, 'completed', null],
    ['Made/wrong', false, 'raised', 'AssertionError'],
    ['Made/slow', false, 'timeout', 'stopped after 2 s'],
    ['Made/broken', false, 'raised', 'SyntaxError: invalid syntax (<program>, line 3)'],
    ['Made/guarded', true, 'completed', null],
  ]);
  expect(items[0]).toMatchObject({ row: 0, repeat: 0, text: '    return a + b\n', finishReason: 'stop' });
});

test('answers of a chat', async () => {
  const write = () => 'Here:\n```python\ndef right(a, b):\n    return a + b\n\nprint(right(1, 2))\n```\nDone.';
  const { metrics, calls } = await ask(humaneval({ form: 'chat' }), [problem('right', '3')], write);
  expect(calls[0].prompts[0]).toMatch(/^Complete the following Python function\./);
  expect(metrics).toMatchObject({ 'pass@1': 1 });
});

test('pass@k of several answers', async () => {
  const rows = [problem('right', '3'), problem('never', '4')];
  const { metrics, items } = await ask(humaneval({ decoding: 'codex', repeats: 2 }), rows, () => '    return a + b');
  expect(Object.keys(metrics).slice(0, 2)).toEqual(['pass@1', 'pass@2']);
  expect(metrics).toMatchObject({ 'pass@1': 0.5, 'pass@2': 0.5, items: 4 });
  expect(items.map(({ repeat, correct }) => [repeat, correct])).toEqual([
    [0, true],
    [1, true],
    [0, false],
    [1, false],
  ]);
});

test('rows that cannot be checked are left out and say why', async () => {
  const good = problem('right', '3') as { metadata: Record<string, Json> };
  const rows: Row[] = [
    { text: 'a' },
    { prompt: 'def f(): pass', metadata: { ...good.metadata, test: 'assert True' } },
    { prompt: 'def f(): pass', metadata: { ...good.metadata, entry_point: 'f); import os; (f' } },
    problem('right', '3'),
  ];
  const { metrics, items } = await ask(humaneval(), rows, () => '    return a + b');
  expect(metrics).toMatchObject({ 'pass@1': 1, questions: 1, ungraded: 3, items: 4 });
  expect(items.slice(0, 3).map((item) => item.problem)).toEqual([
    'has no prompt',
    'has no "test" that defines check',
    'has no "entry_point", the name of a function',
  ]);
  await expect(ask(humaneval(), rows.slice(0, 2), () => '')).rejects.toThrow(
    /humaneval needs rows of a prompt with "test"/,
  );
});

describe.skipIf(!hasTestData)(
  `the benchmark${hasTestData ? '' : ' (skipped: PROFIT_TEST_DATA has no benchmarks)'}`,
  () => {
    // All of them: npm run humaneval.
    const rows = (): Row[] =>
      gunzipSync(readFileSync(join(testData, 'benchmarks/humaneval/HumanEval.jsonl.gz')))
        .toString()
        .trim()
        .split('\n')
        .filter((_, index) => index % 24 === 0)
        .map((line) => {
          const { prompt, ...metadata } = JSON.parse(line) as { prompt: string };
          return { prompt, metadata };
        });
    const metadataOf = (row: Row) => (row as { metadata: Record<string, string> }).metadata;

    test('its own solutions pass, and a function that does nothing fails', async () => {
      const some = rows();
      expect(some).toHaveLength(7);
      // The test model's tokenizer does not give every character of a prompt back.
      const solutionOf = (prompt: string): string => {
        const row = some.find((one) => prompt.includes(`def ${metadataOf(one).entry_point}(`)) as Row;
        return metadataOf(row).canonical_solution;
      };
      const solved = await ask(humaneval({ stop: [] }), some, solutionOf);
      expect(solved.items.filter(({ correct }) => correct === false)).toEqual([]);
      expect(solved.metrics).toMatchObject({ 'pass@1': 1, questions: 7 });
      const empty = await ask(humaneval(), some, () => '    return None');
      expect(empty.metrics).toMatchObject({ 'pass@1': 0, timeouts: 0 });
    });
  },
);

describeEvaluator(humaneval, {
  options: { maxTokens: 4 },
  cases: [{ rows: [problem('right', '3'), problem('other', '3')], headline: 'pass@1', items: 2 }],
});

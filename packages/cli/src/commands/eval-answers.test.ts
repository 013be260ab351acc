import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { inProcessRegistry } from '../testing-model/in-process-registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import { writeTinyModel } from '../testing-model/tiny-model.js';

const folder = mkdtempSync(join(tmpdir(), 'profit-eval-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
  await writeTinyModel(at('model'));
  await writeTinyModel(at('other-model'), { layers: 1 });
  const rows = Array.from({ length: 6 }, (_, index) => ({
    question: `${index} + 1?`,
    answer: `It is ${index + 1}.\n#### ${index + 1}`,
  }));
  writeFileSync(at('test.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const header = 'Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2,Incorrect Answer 3,Record ID\n';
  writeFileSync(at('gpqa.csv'), `${header}"Which, of these?",a,"b\n",c,d,rec1\nWhat?,1,2,3,4,rec2\n`);
});

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal, inProcessRegistry);
  return { code, out: texts.out, error: texts.error };
}

const columns = { prompt: 'question', completion: 'answer' };
const data = () => JSON.stringify({ name: 'file', path: at('test.jsonl'), columns });
const questions = (evaluator = 'gsm8k') => ['--evaluator', evaluator, '--data', data()];
const settings = ['--set', 'prompt=zero-shot', '--set', 'maxTokens=6'];

describe('eval --answers', () => {
  test('keeps answers, goes on after a torn file without generating them again, and regrades them without a model', async () => {
    const file = at('answers.jsonl');
    const run = () => profit('eval', '--model', at('model'), ...questions(), ...settings, '--answers', file, '--json');
    const first = await run();
    expect(first.code, first.error).toBe(0);
    const { metrics, items } = JSON.parse(first.out) as { metrics: Record<string, number>; items: object[] };
    expect(metrics).toMatchObject({ questions: 6, items: 6 });
    expect(items).toHaveLength(6);
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toHaveLength(1 + 6 + 1);
    expect(JSON.parse(lines[0])).toMatchObject({ answers: 1, evaluator: 'gsm8k', runtime: 'onnxruntime cpu', seed: 0 });
    expect(JSON.parse(lines[1])).toMatchObject({
      prompt: expect.stringContaining("Let's think step by step.") as string,
    });

    writeFileSync(file, `${lines.slice(0, 4).join('\n')}\n${lines[4].slice(0, 30)}`);
    expect(await run()).toEqual(first);

    const regraded = await profit('eval', '--regrade', file, ...questions(), ...settings, '--json');
    expect(regraded.code, regraded.error).toBe(0);
    expect(regraded.out).toBe(first.out);
  });

  test('a copied model may go on, another one may not', async () => {
    const file = at('moved.jsonl');
    const run = (model: string, ...more: string[]) =>
      profit('eval', '--model', model, ...questions(), ...settings, '--answers', file, ...more);
    expect((await run(at('model'))).code).toBe(0);
    await writeTinyModel(at('copy'));
    copyFileSync(at('model/model.safetensors'), at('copy/model.safetensors'));
    expect((await run(at('copy'))).code).toBe(0);
    const other = await run(at('other-model'));
    expect(other.code).not.toBe(0);
    expect(other.error).toMatch(
      /moved\.jsonl: holds answers with other settings: model is .* Name another file, or delete this one/,
    );
    expect((await run(at('model'), '--seed', '3')).error).toMatch(/seed is 0 there and 3 here/);
  });

  test('several answers, drawn with the paper’s settings', async () => {
    const sampled = [
      ...questions(),
      '--set',
      'prompt=zero-shot',
      '--set',
      'decoding=profit',
      '--set',
      'maxTokens=6',
      '--set',
      'repeats=2',
    ];
    const { out, code, error } = await profit('eval', '--model', at('model'), ...sampled, '--seed', '4', '--json');
    expect(code, error).toBe(0);
    expect((JSON.parse(out) as { metrics: object }).metrics).toMatchObject({ questions: 6, items: 12 });
    expect(Object.keys((JSON.parse(out) as { metrics: object }).metrics)[0]).toBe('avg@2');
  });

  test('GPQA’s own columns: the prompt is mapped, the options come along, and the seed of the file is taken again', async () => {
    const gpqa = JSON.stringify({ name: 'file', path: at('gpqa.csv'), columns: { prompt: 'Question' } });
    const measured = ['--evaluator', 'gpqa-diamond', '--data', gpqa, '--set', 'maxTokens=4', '--json'];
    const file = at('gpqa.jsonl');
    // The prompt is longer than the tiny model allows: reported for each item.
    const { code, out, error } = await profit(
      'eval',
      '--model',
      at('model'),
      ...measured,
      '--seed',
      '9',
      '--answers',
      file,
    );
    expect(code, error).toBe(0);
    const { metrics, items } = JSON.parse(out) as { metrics: object; items: { options: string[]; problem: string }[] };
    expect(metrics).toMatchObject({ 'avg@4': 0, questions: 2, items: 8, unanswered: 8 });
    expect([...items[0].options].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(items[0].problem).toMatch(/the prompt has \d+ tokens, and the model allows 128 in all/);
    const regraded = await profit('eval', '--regrade', file, ...measured);
    expect(regraded.out).toBe(out);
  });

  test.each<[string, () => string[], RegExp]>([
    ['neither model nor file', () => questions(), /--model: name the model to measure/],
    [
      'both',
      () => [...questions(), '--model', at('model'), '--regrade', at('x')],
      /'--regrade <file>' cannot be used with option '--model/,
    ],
    ['an absent file', () => [...questions(), '--regrade', at('absent.jsonl')], /absent\.jsonl: does not exist/],
    [
      'a file of another kind',
      () => [...questions(), '--regrade', at('test.jsonl')],
      /test\.jsonl: is no answers file/,
    ],
    [
      'an evaluator that scores',
      () => [...questions('perplexity'), '--regrade', at('answers.jsonl')],
      /evaluator perplexity needs a model that scores, and --regrade opens none/,
    ],
    [
      'an evaluator that is not the file’s',
      () => [...questions('math500'), '--regrade', at('answers.jsonl')],
      /holds answers to other questions/,
    ],
  ])('%s is refused', async (_, args, message) => {
    const { code, error } = await profit('eval', ...args());
    expect(code).not.toBe(0);
    expect(code).not.toBe(1);
    expect(error).toMatch(message);
  });

  test('an evaluator that has nothing written says so', async () => {
    const { code, error } = await profit(
      'eval',
      '--model',
      at('model'),
      ...questions('perplexity'),
      '--answers',
      at('none.jsonl'),
    );
    expect(code).toBe(0);
    expect(error).toContain('--answers: perplexity has the model write nothing');
    expect(existsSync(at('none.jsonl'))).toBe(false);
  });
});

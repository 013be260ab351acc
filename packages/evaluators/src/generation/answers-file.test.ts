import { appendFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing-model/temporary-folder.js';
import type { Answer } from './answer.js';
import { openAnswers, readAnswers } from './answers-file.js';
import { answersHeader, type AnswersSettings } from './answers-header.js';

const at = temporaryFolder();
const settings: AnswersSettings = {
  ...{ evaluator: 'gsm8k', model: 'abc', runtime: 'testing', data: 'd', prompts: 'p', items: 3, repeats: 1, seed: 0 },
  decoding: { maxTokens: 8, temperature: 0.7, topP: 0.8, stop: ['Q:'] },
};
const answer = (row: number, text = `text ${row}\u2028\n"`): Answer => ({
  ...{ row, repeat: 0, prompt: 'p', text, tokens: 3, finishReason: 'stop', seed: 7 },
});

async function write(file: string, rows: readonly number[]): Promise<void> {
  const open = await openAnswers(file, settings);
  for (const row of rows) open.append(answer(row));
  open.close();
}

describe('an answers file', () => {
  test('is read back, by whoever has the same settings in any order of keys', async () => {
    const file = at('new folder/answers.jsonl');
    await write(file, [1, 0]);
    const { decoding, ...others } = settings;
    const { stop, ...values } = decoding;
    const again = await openAnswers(file, { decoding: { stop, ...values }, ...others });
    expect(again.answers).toEqual([answer(1), answer(0)]);
    again.append(answer(2));
    again.close();
    const { header, answers } = readAnswers(file);
    expect(answers.map(({ row }) => row)).toEqual([1, 0, 2]);
    expect(header).toMatchObject({ answers: 1, ...settings });
    expect(header.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  test('loses a last line that was torn, wherever it was, and goes on after the others', async () => {
    const file = at('torn.jsonl');
    await write(file, [0, 1]);
    const whole = readFileSync(file);
    const first = whole.indexOf('\n') + 1;
    const second = whole.indexOf('\n', first) + 1;
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(file, whole);
      truncateSync(file, length);
      const kept = length < second ? [] : [0];
      const open = await openAnswers(file, settings);
      expect(open.answers.map(({ row }) => row)).toEqual(kept);
      for (const row of [0, 1].filter((one) => !kept.includes(one))) open.append(answer(row));
      open.close();
      expect(readFileSync(file).equals(whole)).toBe(true);
    }
  });

  test('with other settings is refused, with what differs and what to do', async () => {
    const file = at('other.jsonl');
    await write(file, [0]);
    const before = readFileSync(file, 'utf8');
    const decoding = { maxTokens: 8, temperature: 0.6, stop: ['Q:'] };
    await expect(openAnswers(file, { ...settings, model: 'def', decoding })).rejects.toThrow(
      /other\.jsonl: holds answers with other settings: model is "abc" there and "def" here; decoding\.temperature is 0\.7 there and 0\.6 here; decoding\.topP is 0\.8 there and not set here\. Name another file, or delete this one\./,
    );
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  test.each([
    ['text without a line', 'my notes'],
    ['text', 'my notes\nmore\n'],
    ['JSON of another kind', '{"prompt": "a"}\n'],
    ['a header that was changed', `${JSON.stringify({ ...answersHeader(settings), repeats: 1e15 })}\n`],
    ['null', 'null\n'],
    ['bytes', '\u0000\u0001\n'],
  ])('%s is left as it is', async (name, content) => {
    const file = at(`${name}.jsonl`);
    writeFileSync(file, content);
    await expect(openAnswers(file, settings)).rejects.toThrow(/is no answers file/);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });

  test('names a line that is no answer', async () => {
    const file = at('line.jsonl');
    await write(file, [0]);
    for (const line of ['{"row": 1', '{"row": -1, "repeat": 0}', '[]', '7']) {
      const before = readFileSync(file);
      appendFileSync(file, `${line}\n`);
      expect(() => readAnswers(file)).toThrow(/line\.jsonl:3: is no answer/);
      writeFileSync(file, before);
    }
  });

  test('that cannot be read or written says so', async () => {
    expect(() => readAnswers(at('none.jsonl'))).toThrow(/none\.jsonl: does not exist/);
    mkdirSync(at('folder'));
    await expect(openAnswers(at('folder'), settings)).rejects.toThrow(/folder: cannot be read/);
    writeFileSync(at('file'), '');
    await expect(openAnswers(at('file/answers.jsonl'), settings)).rejects.toThrow(/answers\.jsonl: cannot be/);
  });
});

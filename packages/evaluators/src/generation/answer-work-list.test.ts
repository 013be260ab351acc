import { readFileSync, writeFileSync } from 'node:fs';
import { ProfitError, type FrozenModel, type Row, type Tokenizer } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing-model/temporary-folder.js';
import { writingContext } from '../testing-model/writing-model.js';
import { answerWorkList, type WorkList } from './answer-work-list.js';
import { readAnswers } from './answers-file.js';

const at = temporaryFolder();
const rows: Row[] = ['first', 'second', 'third', 'fourth'].map((prompt) => ({ prompt, completion: '1' }));
const decoding = { maxTokens: 20, temperature: 0.7, topP: 0.8, stop: [] };
const work: WorkList = { evaluator: 'made', rows: [0, 1, 2, 3], repeats: 3, decoding };
const noModel = {
  get description() {
    throw new Error('asked for the model');
  },
} as unknown as FrozenModel;
const noTokenizer = {} as Tokenizer;

describe('answers to a work list', () => {
  test('come in the order of rows and repeats, each with its own seed', async () => {
    const { context, calls } = writingContext(rows);
    const answers = await answerWorkList(context, work);
    expect(answers.map((ofRow) => ofRow.map(({ row, repeat }) => [row, repeat]))).toEqual(
      [0, 1, 2, 3].map((row) => [0, 1, 2].map((repeat) => [row, repeat])),
    );
    expect(calls).toHaveLength(1);
    const { seeds, topP, temperature, maxTokens } = calls[0].options;
    expect({ topP, temperature, maxTokens }).toEqual({ topP: 0.8, temperature: 0.7, maxTokens: 20 });
    expect(new Set(seeds).size).toBe(12);
    expect(new Set(answers.flat().map(({ text }) => text)).size).toBe(12);
    expect(answers[2][1]).toMatchObject({ prompt: 'third', tokens: 12, finishReason: 'stop', seed: seeds?.[7] });
    // What is drawn depends on seed, row and repeat alone.
    const [[alone]] = await answerWorkList(writingContext(rows).context, { ...work, rows: [2], repeats: 1 });
    expect(alone).toEqual(answers[2][0]);
    const other = await answerWorkList(writingContext(rows, {}, { seed: 2 }).context, work);
    expect(other[2][1].text).not.toBe(answers[2][1].text);
  });

  test.each([true, false])('a model that reports finished prompts: %s', async (reports) => {
    const progress: number[] = [];
    const file = at(`reports ${reports}.jsonl`);
    const parts = { answers: { file, model: 'm' }, onProgress: (done: number) => void progress.push(done) };
    const { context } = writingContext(rows, { reports }, parts);
    const answers = await answerWorkList(context, work);
    expect(progress).toEqual(Array.from({ length: 13 }, (_, done) => done));
    const kept = readAnswers(file).answers;
    expect(kept).toHaveLength(12);
    // The test model's last prompt is its first to finish.
    expect(kept[0]).toEqual(reports ? answers[3][2] : answers[0][0]);
    expect(await answerWorkList(writingContext(rows).context, work)).toEqual(answers);
  });

  test('what a file holds is not generated again', async () => {
    const file = at('resumed.jsonl');
    const answers = { file, model: 'm' };
    const whole = await answerWorkList(writingContext(rows, {}, { answers }).context, work);
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, `${lines.slice(0, 6).join('\n')}\n${lines[6].slice(0, 20)}`);
    const progress: number[] = [];
    const { context, calls } = writingContext(rows, {}, { answers, onProgress: (done) => void progress.push(done) });
    expect(await answerWorkList(context, work)).toEqual(whole);
    expect(calls.map(({ prompts }) => prompts.length)).toEqual([7]);
    expect(progress[0]).toBe(5);
    expect(readFileSync(file, 'utf8').split('\n').sort()).toEqual([...lines].sort());

    const again = writingContext(rows, {}, { answers });
    expect(await answerWorkList(again.context, work)).toEqual(whole);
    expect(again.calls).toEqual([]);
  });

  test('a file of other prompts, data, seed or decoding is refused', async () => {
    const answers = { file: at('refused.jsonl'), model: 'm' };
    await answerWorkList(writingContext(rows, {}, { answers }).context, work);
    const attempt = (parts: object, other: Partial<WorkList> = {}, data = rows) =>
      answerWorkList(writingContext(data, {}, { answers, ...parts }).context, { ...work, ...other });
    await expect(attempt({ seed: 5 })).rejects.toThrow(/seed is 1 there and 5 here/);
    await expect(attempt({}, { repeats: 2 })).rejects.toThrow(/repeats is 3 there and 2 here/);
    await expect(attempt({}, { promptOf: () => ({ prompt: 'x' }) })).rejects.toThrow(/prompts is/);
    await expect(attempt({}, {}, [...rows].reverse())).rejects.toThrow(/data is/);
    await expect(attempt({}, { decoding: { ...decoding, stop: ['Q'] } })).rejects.toThrow(
      /decoding\.stop is \[\] there/,
    );
    await expect(attempt({ answers: { ...answers, model: 'n' } })).rejects.toThrow(/model is "m" there and "n" here/);
  });

  test('stop strings end an answer within a token’s text', async () => {
    const { context } = writingContext(rows, { write: () => 'some text\nQ: more' });
    const [[answer]] = await answerWorkList(context, {
      ...{ ...work, rows: [0], repeats: 1 },
      decoding: { ...decoding, stop: ['\nQ:'] },
    });
    expect(answer).toMatchObject({ text: 'some text', tokens: 12, finishReason: 'stop' });
    const [[long]] = await answerWorkList(context, {
      ...work,
      rows: [0],
      repeats: 1,
      decoding: { ...decoding, maxTokens: 4 },
    });
    expect(long).toMatchObject({ text: 'some', tokens: 4, finishReason: 'length' });
  });

  test('prompts that the model cannot be given are answered with a problem, once', async () => {
    const answers = { file: at('problems.jsonl'), model: 'm' };
    const some: Row[] = [{ prompt: 'short' }, { prompt: 'a prompt that is too long' }, { prompt: 'bad' }];
    const parts = {
      answers,
      encodePrompt: (row: number | Row) => {
        if (row === 2) throw new ProfitError('data', 'has no chat template');
        return new Int32Array(row === 1 ? 20 : 5).fill(70);
      },
    };
    const short = { ...work, rows: [0, 1, 2], repeats: 1 };
    const { context, calls } = writingContext(some, { maxPositions: 20 }, parts);
    const written = await answerWorkList(context, short);
    expect(written[1]).toEqual([
      {
        ...{ row: 1, repeat: 0, prompt: 'a prompt that is too long', text: '', tokens: 0, finishReason: null },
        problem: 'the prompt has 20 tokens, and the model allows 20 in all',
      },
    ]);
    expect(written[2][0]).toMatchObject({ finishReason: null, problem: 'has no chat template' });
    expect(calls.map(({ prompts }) => prompts.length)).toEqual([1]);
    const again = writingContext(some, { maxPositions: 20 }, parts);
    expect(await answerWorkList(again.context, short)).toEqual(written);
    expect(again.calls).toEqual([]);
    const empty = writingContext([{ prompt: '' }], {}, { encodePrompt: () => new Int32Array() });
    const [[nothing]] = await answerWorkList(empty.context, { ...work, rows: [0], repeats: 1 });
    expect(nothing).toMatchObject({ problem: 'the prompt is empty: there is nothing to continue' });
  });

  test('an engine’s failure is not swallowed, and what was finished before is kept', async () => {
    const answers = { file: at('failed.jsonl'), model: 'm' };
    const onPrompt = (_: string, index: number) => {
      if (index === 4) throw new Error('out of memory');
    };
    const { context } = writingContext(rows, { onPrompt }, { answers });
    await expect(answerWorkList(context, work)).rejects.toThrow('out of memory');
    expect(readAnswers(answers.file).answers).toHaveLength(7);
  });

  test('a list longer than one call', async () => {
    const { context, calls } = writingContext(rows, { write: () => '1' });
    const answers = await answerWorkList(context, { ...work, repeats: 300 });
    expect(calls.map(({ prompts }) => prompts.length)).toEqual([1024, 176]);
    expect(answers.flat()).toHaveLength(1200);
  });
});

describe('answers that are graded again', () => {
  const file = at('regraded.jsonl');
  const regrade = { model: noModel, tokenizer: noTokenizer, answers: { file, regrade: true } as const };

  test('come from the file, with its repeats and decoding, without a model', async () => {
    const whole = await answerWorkList(writingContext(rows, {}, { answers: { file, model: 'm' } }).context, work);
    const { context } = writingContext(rows, {}, regrade);
    expect(await answerWorkList(context, { ...work, repeats: 1, decoding: { ...decoding, maxTokens: 1 } })).toEqual(
      whole,
    );
  });

  test('are refused for other data or prompts, and when some are missing', async () => {
    const other = writingContext([...rows].reverse(), {}, regrade);
    await expect(answerWorkList(other.context, work)).rejects.toThrow(
      /holds answers to other questions: data is .*seed 1/,
    );
    const fewer = writingContext(rows, {}, regrade);
    await expect(answerWorkList(fewer.context, { ...work, rows: [0] })).rejects.toThrow(/items is 4 there and 1 here/);
    writeFileSync(file, `${readFileSync(file, 'utf8').split('\n').slice(0, 4).join('\n')}\n`);
    const partly = writingContext(rows, {}, regrade);
    await expect(answerWorkList(partly.context, work)).rejects.toThrow(/holds 3 of 12 answers/);
  });
});

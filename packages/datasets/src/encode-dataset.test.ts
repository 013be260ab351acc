import { join } from 'node:path';
import { createRandom, InvalidDataError, type Row, type Tokenizer } from '@profit-sft/core';
import { openTokenizer } from '@profit-sft/tokenizers';
import { describe, expect, test } from 'vitest';
import { encodeDataset, type EncodeOptions } from './encode-dataset.js';
import { encodePrompt } from './encode-prompt.js';
import { inlineDataset } from './inline-dataset.js';
import { jsonl } from './jsonl.js';
import { chatMl, openTestTokenizer } from './testing-fixtures/open-test-tokenizer.js';
import { hasTestData, testData } from './testing-fixtures/test-data.js';

const plain = await openTestTokenizer({ kind: 'byte-level' });
const llama = await openTestTokenizer({ kind: 'llama' });
const chat = await openTestTokenizer({ kind: 'byte-level', chatTemplate: chatMl });
const options: EncodeOptions = { maxLength: 100, tooLong: 'error' };

/** Tokens as text, targets in brackets. */
async function shown(tokenizer: Tokenizer, row: Row, reference = 0): Promise<string[]> {
  const example = (await encodeDataset(inlineDataset([row]), tokenizer, options)).rows[0][reference];
  return [...example.tokens].map((token, index) => {
    const text = tokenizer.tokenText(token);
    return example.target[index] === 1 ? `[${text}]` : text;
  });
}

describe('targets', () => {
  test('prompt and completion as plain text: the completion and the end token', async () => {
    expect(await shown(plain, { prompt: 'q:', completion: ' yes' })).toEqual(['q', ':', '[ yes]', '[</s>]']);
  });

  test('a token over the seam is the completion’s', async () => {
    expect(await shown(plain, { prompt: 'q: ', completion: 'yes' })).toEqual(['q', ':', '[ yes]', '[</s>]']);
    expect(await shown(plain, { prompt: 'xa', completion: 'b' })).toEqual(['x', '[ab]', '[</s>]']);
  });

  test('a tokenizer that puts a space before each text puts none between prompt and completion', async () => {
    expect(await shown(llama, { prompt: 'q:', completion: 'ok' })).toEqual(['<s>', ' ', 'q', ':', '[ok]', '[</s>]']);
    expect(await shown(llama, { prompt: 'q:', completion: ' yes' })).toEqual([
      '<s>',
      ' ',
      'q',
      ':',
      '[ yes]',
      '[</s>]',
    ]);
  });

  test('text: all but the first token', async () => {
    expect(await shown(plain, { text: 'ab c' })).toEqual(['ab', '[ ]', '[c]', '[</s>]']);
    expect(await shown(llama, { text: 'ab' })).toEqual(['<s>', '[ ]', '[ab]', '[</s>]']);
  });

  test('without a prompt the first token is no target', async () => {
    expect(await shown(plain, { prompt: '', completion: 'ok' })).toEqual(['ok', '[</s>]']);
    expect(await shown(llama, { prompt: '', completion: 'ok' })).toEqual(['<s>', '[ ]', '[ok]', '[</s>]']);
  });

  test('a tokenizer without an end token adds none', async () => {
    const endless = await openTestTokenizer({ kind: 'byte-level', endToken: false });
    expect(await shown(endless, { prompt: 'q', completion: 'ok' })).toEqual(['q', '[ok]']);
  });

  test('with a chat template, prompt and completion are messages', async () => {
    const messages = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'ok' },
    ];
    const expected = await shown(chat, { messages });
    expect(expected.filter((text) => text.startsWith('['))).toEqual(['[ok]', '[<|im_end|>]']);
    expect(await shown(chat, { prompt: 'q', completion: 'ok' })).toEqual(expected);
    expect(await shown(chat, { prompt: 'q', references: ['no', 'ok'] }, 1)).toEqual(expected);
  });
});

describe('what cannot be used', () => {
  const rows: Row[] = [
    { prompt: 'q', completion: 'abababab' },
    { prompt: 'qqqqqqqq', completion: 'ok' },
    { prompt: 'q', references: ['ok', '', 'abababab'] },
    { prompt: 'q', completion: '' },
    { text: '' },
    { text: 'x' },
  ];

  test('drop', async () => {
    const { rows: usable, report } = await encodeDataset(inlineDataset(rows), plain, { maxLength: 4, tooLong: 'drop' });
    expect(report).toEqual({
      rows: 2,
      examples: 2,
      dropped: 3,
      truncated: 0,
      withoutTargets: 3,
      tokens: 5,
      targets: 3,
    });
    expect(usable.map((examples) => examples.map(({ row }) => row))).toEqual([[2], [5]]);
  });

  test('truncate cuts the end; a row whose targets are all cut is dropped', async () => {
    const { rows: usable, report } = await encodeDataset(inlineDataset(rows), plain, {
      maxLength: 4,
      tooLong: 'truncate',
    });
    expect(report).toEqual({
      rows: 3,
      examples: 4,
      dropped: 1,
      truncated: 2,
      withoutTargets: 3,
      tokens: 13,
      targets: 9,
    });
    expect([...usable[0][0].target]).toEqual([0, 1, 1, 1]);
    expect(usable[1].map(({ tokens }) => tokens.length)).toEqual([3, 4]);
  });

  test('error names the row', async () => {
    const run = encodeDataset(inlineDataset(rows, 'rows'), plain, { maxLength: 4, tooLong: 'error' });
    await expect(run).rejects.toThrow(InvalidDataError);
    await expect(run).rejects.toThrow('rows[0]: is 6 tokens long, more than maxLength (4)');
  });

  test('nothing left is an error with the counts', async () => {
    const dataset = inlineDataset(rows.slice(1, 2).concat(rows.slice(3, 5)), 'few');
    const run = encodeDataset(dataset, plain, { maxLength: 4, tooLong: 'drop' });
    await expect(run).rejects.toThrow(
      'few: leaves nothing to train on: of 3 rows, 2 examples have no response tokens and 1 are longer',
    );
  });

  test('prompts without answers have no targets; that nothing is left may be allowed', async () => {
    const dataset = inlineDataset([{ prompt: 'q' }, { prompt: 'q', metadata: { key: 1 } }], 'prompts');
    await expect(encodeDataset(dataset, plain, options)).rejects.toThrow('2 examples have no response tokens');
    const { rows: none, report } = await encodeDataset(dataset, plain, { ...options, allowEmpty: true });
    expect(none).toEqual([]);
    expect(report).toMatchObject({ rows: 0, examples: 0, withoutTargets: 2 });
    for (const tokenizer of [plain, chat]) {
      expect([...encodePrompt({ prompt: 'q' }, tokenizer)]).toEqual([
        ...encodePrompt({ prompt: 'q', completion: '' }, tokenizer),
      ]);
    }
  });

  test('messages for a tokenizer without a chat template', async () => {
    const dataset = inlineDataset([{ text: 'a' }, { messages: [{ role: 'user', content: 'q' }] }], 'rows');
    await expect(encodeDataset(dataset, plain, options)).rejects.toThrow('rows[1]: has messages, but');
  });

  test('a conversation without an answer has no targets', async () => {
    const silent = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: '' },
    ];
    const dataset = inlineDataset([
      { messages: silent },
      { messages: silent.slice(0, 1) },
      { prompt: 'q', completion: 'ok' },
    ]);
    expect((await encodeDataset(dataset, chat, options)).report).toMatchObject({ rows: 1, withoutTargets: 2 });
  });

  test('what the chat template refuses is an error about the row', async () => {
    const strict = await openTestTokenizer({
      kind: 'byte-level',
      chatTemplate: `{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}${chatMl}`,
    });
    const dataset = inlineDataset([
      { prompt: 'q', completion: 'ok' },
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'assistant', content: 'ok' },
        ],
      },
    ]);
    await expect(encodeDataset(dataset, strict, options)).rejects.toThrow(/^inline\[1\]: .*no system role/);
  });
});

describe('prompts for generation', () => {
  test('are what training has before the first target', async () => {
    const random = createRandom(7, 'prompts');
    const pieces = ['a', 'b', ' ', 'yes', ' yes', '\n', 'q:', '  ', 'ok', '!'];
    const text = (least: number): string =>
      Array.from({ length: least + random.integer(5) }, () => pieces[random.integer(pieces.length)]).join('');
    for (let round = 0; round < 300; round++) {
      const row: Row = { prompt: text(1), completion: text(1) };
      for (const tokenizer of [plain, llama, chat]) {
        const { rows } = await encodeDataset(inlineDataset([row]), tokenizer, { maxLength: 500, tooLong: 'error' });
        const [example] = rows[0];
        const first = example.target.indexOf(1);
        const prompt = encodePrompt(row, tokenizer);
        if (prompt.length === 0) {
          // The whole prompt merged into the answer, whose first token nothing predicts.
          expect(first).toBe(1);
        } else {
          expect([...prompt]).toEqual([...example.tokens.subarray(0, first)]);
        }
        expect(tokenizer.decode([...example.tokens])).toContain(row.completion.trim());
      }
    }
  });

  test('of a conversation: up to the last assistant turn', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: 'ok' },
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'yes' },
    ];
    const text = (row: Row): string => chat.decode(encodePrompt(row, chat), { skipSpecialTokens: false });
    const expected = chat.renderConversation(messages.slice(0, 3), { addGenerationPrompt: true });
    expect(text({ messages })).toBe(expected);
    expect(text({ messages: messages.slice(0, 3) })).toBe('<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n');
    expect(text({ messages: messages.slice(2, 3) })).toBe('<|im_start|>user\nb<|im_end|>\n<|im_start|>assistant\n');
    expect(text({ prompt: 'b', completion: '' })).toBe('<|im_start|>user\nb<|im_end|>\n<|im_start|>assistant\n');
  });

  test('plain: with the begin token, without an end token', () => {
    const text = (row: Row): string[] => [...encodePrompt(row, llama)].map((token) => llama.tokenText(token));
    expect(text({ prompt: 'q', completion: 'ok' })).toEqual(['<s>', ' ', 'q']);
    expect(text({ prompt: 'q', references: ['ok', 'no'] })).toEqual(['<s>', ' ', 'q']);
    expect(text({ prompt: 'q', completion: '' })).toEqual(['<s>', ' ', 'q']);
    expect(() => encodePrompt({ text: 'q' }, llama)).toThrow('no prompt');
  });
});

describe.skipIf(!hasTestData)('a published set with a trained tokenizer', () => {
  test('every row of the instruction set becomes an example whose targets are its answer', async () => {
    const tokenizer = await openTokenizer(join(testData, 'models/stories260K/hf'));
    const dataset = await jsonl({ path: join(testData, 'sft/rasbt_instruct/instruction-data.json') }).load();
    const { rows, report } = await encodeDataset(dataset, tokenizer, { maxLength: 4096, tooLong: 'error' });
    expect(report).toMatchObject({ rows: 1100, examples: 1100, dropped: 0, truncated: 0, withoutTargets: 0 });
    for (let index = 0; index < 1100; index += 50) {
      const [example] = rows[index];
      const row = dataset.row(example.row) as { prompt: string; completion: string };
      expect(example.tokens[0]).toBe(1);
      expect(example.tokens.at(-1)).toBe(2);
      const answer = tokenizer.decode([1, ...example.tokens.subarray(example.target.indexOf(1))]);
      expect(answer.trim()).toBe(row.completion.trim());
      expect([...encodePrompt(row, tokenizer)]).toEqual([...example.tokens.subarray(0, example.target.indexOf(1))]);
    }
  });
});

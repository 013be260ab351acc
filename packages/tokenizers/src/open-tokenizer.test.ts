import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createRandom, InvalidModelError, ProfitError, type Tokenizer } from '@profit-sft/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  byteLevelTokenizer,
  chatMl,
  chatMlGeneration,
  writeDirectory,
} from './testing-fixtures/byte-level-tokenizer.js';
import { openTokenizer } from './open-tokenizer.js';
import { hasTestData, testData } from './testing-fixtures/test-data.js';

const config = { bos_token: null, eos_token: { content: '<|im_end|>' }, pad_token: '<|endoftext|>' };

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'profit-tokenizer-'))));
afterAll(() => rm(folder, { recursive: true }));
const write = (files: Record<string, unknown>): Promise<string> => writeDirectory(folder, files);

async function open(files: Record<string, unknown>): Promise<Tokenizer> {
  return openTokenizer(await write({ 'tokenizer.json': byteLevelTokenizer(), ...files }));
}

/** The text of each run of assistant tokens. */
function assistantTexts(tokenizer: Tokenizer, messages: { role: string; content: string }[]): string[] {
  const { tokens, assistant } = tokenizer.encodeConversation(messages);
  expect(assistant.length).toBe(tokens.length);
  const runs: number[][] = [];
  tokens.forEach((token, index) => {
    if (assistant[index] === 0) return;
    if (index === 0 || assistant[index - 1] === 0) runs.push([]);
    runs[runs.length - 1].push(token);
  });
  return runs.map((run) => tokenizer.decode(run, { skipSpecialTokens: false }));
}

const messages = [
  { role: 'user', content: 'hello é' },
  { role: 'assistant', content: '\n\n日本 hello 😀' },
  { role: 'user', content: 'e\u0301' },
  { role: 'assistant', content: 'é' },
];

describe('a byte-level tokenizer', () => {
  test('names, ids, text', async () => {
    const tokenizer = await open({ 'tokenizer_config.json': config });
    expect(tokenizer.vocabularySize).toBe(266);
    expect(tokenizer.beginId).toBeUndefined();
    expect(tokenizer.endId).toBe(265);
    expect(tokenizer.hasChatTemplate).toBe(false);
    const tokens = tokenizer.encode('hello hello<|im_end|>');
    expect(tokens).toBeInstanceOf(Int32Array);
    expect([...tokens].map((token) => tokenizer.tokenText(token))).toEqual(['hello', ' hello', '<|im_end|>']);
    expect(tokenizer.decode(tokens)).toBe('hello hello');
    expect(tokenizer.decode(tokens, { skipSpecialTokens: false })).toBe('hello hello<|im_end|>');
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.decode([9999])).toBe('');
    expect(tokenizer.encode('')).toHaveLength(0);
    expect(tokenizer.tokenText(tokenizer.encode('€')[0])).toBe('<0xE2>');
  });

  test('text is decoded as it was', async () => {
    const tokenizer = await open({});
    const text = "A\n'll !! to , . n't 日本 😀\u0000\t";
    expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
  });

  test('ids from config.json where nothing else names the tokens', async () => {
    const tokenizer = await open({ 'config.json': { bos_token_id: 263, eos_token_id: [265, 263] } });
    expect([tokenizer.beginId, tokenizer.endId]).toEqual([263, 265]);
  });

  test.each([
    ['rendering prefixes', chatMl],
    ['{% generation %}', chatMlGeneration],
  ])('assistant tokens by %s', async (_, chatTemplate) => {
    const tokenizer = await open({ 'tokenizer_config.json': { ...config, chat_template: chatTemplate } });
    expect(tokenizer.renderConversation(messages.slice(0, 1), { addGenerationPrompt: true })).toBe(
      '<|im_start|>user\nhello é<|im_end|>\n<|im_start|>assistant\n',
    );
    // The header's last "\n" and the content's first are one token, which the assistant has to say. The tokenizer
    // normalises to NFC, so its tokens hold one character less than the text.
    expect(assistantTexts(tokenizer, messages)).toEqual(['\n\n\n日本 hello 😀<|im_end|>', 'é<|im_end|>']);
  });

  test('both ways mark the same tokens of random conversations', async () => {
    const byPrefix = await open({ 'tokenizer_config.json': { ...config, chat_template: chatMl } });
    const byTag = await open({ 'tokenizer_config.json': { ...config, chat_template: chatMlGeneration } });
    const random = createRandom(1, 'conversations');
    const pieces = ['hello', ' ', '\n', 'é', 'e\u0301', '日', '😀', "'s", '  ', '<|im_end|>', '\t', 'x'];
    for (let round = 0; round < 200; round++) {
      const conversation = Array.from({ length: 1 + random.integer(5) }, (_, index) => ({
        role: index % 2 === 0 ? 'user' : 'assistant',
        content: Array.from({ length: random.integer(6) }, () => pieces[random.integer(pieces.length)]).join(''),
      }));
      const [a, b] = [byPrefix.encodeConversation(conversation), byTag.encodeConversation(conversation)];
      expect(a).toEqual(b);
      expect([...a.tokens]).toEqual([
        ...byPrefix.encode(byPrefix.renderConversation(conversation), { addSpecialTokens: false }),
      ]);
    }
  });

  test('the template may come from chat_template.jinja, or from a list', async () => {
    const fromFile = await open({
      'chat_template.jinja': chatMl,
      'tokenizer_config.json': { chat_template: 'the file goes first' },
    });
    expect(fromFile.renderConversation(messages.slice(0, 1))).toBe('<|im_start|>user\nhello é<|im_end|>\n');
    const fromList = await open({
      'tokenizer_config.json': {
        chat_template: [
          { name: 'tool_use', template: 'tools' },
          { name: 'default', template: 'default' },
        ],
      },
    });
    expect(fromList.renderConversation(messages)).toBe('default');
    await expect(
      open({
        'tokenizer_config.json': {
          chat_template: [
            { name: 'a', template: 'a' },
            { name: 'b', template: 'b' },
          ],
        },
      }),
    ).rejects.toThrow('no entry named "default"; it has: a, b');
  });

  test('a template sees the special tokens', async () => {
    const tokenizer = await open({
      'tokenizer_config.json': { ...config, chat_template: '{{ eos_token }}{{ pad_token }}{{ bos_token }}' },
    });
    expect(tokenizer.renderConversation([])).toBe('<|im_end|><|endoftext|>');
  });

  test('without a template a conversation is an error that says what to do', async () => {
    const tokenizer = await open({});
    expect(() => tokenizer.encodeConversation(messages)).toThrow('chat_template.jinja');
  });

  test('save copies the files’ bytes, and saving onto itself keeps them', async () => {
    const text = JSON.stringify(byteLevelTokenizer(), null, 3) + '\n\n';
    const from = await write({
      'tokenizer.json': text,
      'tokenizer_config.json': '{ "eos_token":"<|im_end|>" }',
      'chat_template.jinja': chatMl,
      'model.safetensors': 'not the tokenizer’s',
    });
    const to = join(await write({}), 'deep', 'model');
    const tokenizer = await openTokenizer(from);
    await tokenizer.save(to);
    await tokenizer.save(from);
    expect((await readdir(to)).sort()).toEqual(['chat_template.jinja', 'tokenizer.json', 'tokenizer_config.json']);
    for (const directory of [from, to]) {
      expect(await readFile(join(directory, 'tokenizer.json'), 'utf8')).toBe(text);
      expect(await readFile(join(directory, 'chat_template.jinja'), 'utf8')).toBe(chatMl);
    }
    expect((await openTokenizer(to)).endId).toBe(265);
  });
});

describe('files that cannot be used', () => {
  const valid = byteLevelTokenizer();
  const cases: [string, string, Record<string, unknown>, string][] = [
    ['missing', 'tokenizer.json', {}, 'is missing'],
    ['empty', 'tokenizer.json', { 'tokenizer.json': '' }, 'not valid JSON'],
    ['truncated', 'tokenizer.json', { 'tokenizer.json': JSON.stringify(valid).slice(0, 1000) }, 'not valid JSON'],
    ['a list', 'tokenizer.json', { 'tokenizer.json': [] }, 'must hold a JSON object'],
    ['no model', 'tokenizer.json', { 'tokenizer.json': {} }, 'has no "model"'],
    [
      'no vocabulary',
      'tokenizer.json',
      { 'tokenizer.json': { model: { type: 'BPE', merges: [] } } },
      'model.vocab is missing',
    ],
    [
      'no merges',
      'tokenizer.json',
      { 'tokenizer.json': { model: { type: 'BPE', vocab: {} } } },
      'model.merges is missing',
    ],
    [
      'a wild id',
      'tokenizer.json',
      { 'tokenizer.json': { model: { type: 'BPE', vocab: { a: 1e12 }, merges: [] } } },
      'has the id 1000000000000 for "a"',
    ],
    [
      'an added token without id',
      'tokenizer.json',
      { 'tokenizer.json': { ...valid, added_tokens: [{ content: 'x' }] } },
      'added_tokens[0]',
    ],
    [
      'an unknown normaliser',
      'tokenizer.json',
      { 'tokenizer.json': { ...valid, normalizer: { type: 'Nothing' } } },
      'cannot be used',
    ],
    [
      'a broken config',
      'tokenizer_config.json',
      { 'tokenizer.json': valid, 'tokenizer_config.json': '{' },
      'not valid JSON',
    ],
    [
      'a chat template of another kind',
      'tokenizer_config.json',
      { 'tokenizer.json': valid, 'tokenizer_config.json': { chat_template: 3 } },
      'must be a string or a list',
    ],
  ];

  test.each(cases)('%s: %s', async (_, file, files, message) => {
    const directory = await write(files);
    const error: unknown = await openTokenizer(directory).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(InvalidModelError);
    expect(ProfitError.isInstance(error) && error.kind).toBe('model');
    expect((error as InvalidModelError).file).toBe(join(directory, file));
    expect((error as InvalidModelError).message).toContain(message);
  });

  test('what the library finds wrong only when it has to encode', async () => {
    const post_processor = { type: 'TemplateProcessing', pair: [], special_tokens: {} };
    const tokenizer = await open({ 'tokenizer.json': { ...byteLevelTokenizer(), post_processor } });
    expect(() => tokenizer.encode('hello')).toThrow(InvalidModelError);
    expect(() => tokenizer.encode('hello')).toThrow(/tokenizer\.json: cannot be used to encode text: /);
  });

  test('bytes that are not UTF-8', async () => {
    const directory = await write({});
    await writeFile(join(directory, 'tokenizer.json'), Uint8Array.of(0x7b, 0xff, 0x7d));
    await expect(openTokenizer(directory)).rejects.toThrow('UTF-8');
  });
});

describe.skipIf(!hasTestData)('real tokenizers', () => {
  const folder = (name: string): string => join(testData, 'tokenizers', name);
  const opened = new Map<string, Tokenizer>();

  beforeAll(async () => {
    if (!hasTestData) return;
    const cleaning = { clean_up_tokenization_spaces: true };
    const gpt2 = await readFile(join(folder('gpt2'), 'tokenizer.json'), 'utf8');
    opened.set('gpt2', await openTokenizer(await write({ 'tokenizer.json': gpt2, 'tokenizer_config.json': cleaning })));
    for (const name of ['qwen2.5', 'qwen3']) {
      const directory = await write({
        'tokenizer.json': gunzipSync(await readFile(join(folder(name), 'tokenizer.json.gz'))).toString('utf8'),
        'tokenizer_config.json': await readFile(join(folder(name), 'tokenizer_config.json'), 'utf8'),
      });
      opened.set(name, await openTokenizer(directory));
    }
    opened.set('smollm2', await openTokenizer(folder('smollm2')));
    opened.set('olmo2', await openTokenizer(folder('olmo2')));
    opened.set('stories260K', await openTokenizer(join(testData, 'models/stories260K/hf')));
  }, 120_000);

  interface Case {
    text: string;
    text_pair?: string;
    ids: number[];
    decoded: string;
  }
  const published = hasTestData
    ? (JSON.parse(readFileSync(join(testData, 'conformance/tokenization_cases_transformersjs.json'), 'utf8')) as Record<
        string,
        { cases: Record<string, Case> }
      >)
    : {};

  test.each([
    ['Xenova/gpt2', 'gpt2', 26],
    ['openai-community/gpt2', 'gpt2', 26],
    ['Xenova/Qwen1.5-0.5B-Chat', 'qwen2.5', 25],
  ])('%s: published ids and texts', (source, name, count) => {
    const tokenizer = opened.get(name)!;
    const cases = Object.entries(published[source].cases).filter(([, entry]) => entry.text_pair === undefined);
    const wrong = cases.filter(([, entry]) => {
      const ids = tokenizer.encode(entry.text);
      const same = ids.length === entry.ids.length && entry.ids.every((id, index) => id === ids[index]);
      return !same || tokenizer.decode(ids, { skipSpecialTokens: false }) !== entry.decoded;
    });
    expect(wrong.map(([label]) => label)).toEqual([]);
    expect(cases.length).toBe(count);
  });

  test('GPT-2 takes its ids from config.json, Qwen from tokenizer_config.json', () => {
    expect(opened.get('gpt2')!.endId).toBeUndefined();
    expect(opened.get('gpt2')!.vocabularySize).toBe(50257);
    const qwen = opened.get('qwen2.5')!;
    expect([qwen.beginId, qwen.endId, qwen.vocabularySize]).toEqual([undefined, 151645, 151665]);
  });

  test('stories260K: the prompt’s ids, and the greedy text from its ids', () => {
    const tokenizer = opened.get('stories260K')!;
    const golden = JSON.parse(readFileSync(join(testData, 'models/stories260K/golden.json'), 'utf8')) as {
      prompt: string;
      prompt_ids_llama2c: number[];
      greedy_200_tokens_from_bos: number[];
      greedy_text: string;
      tinystories_first10_of_tinystories_100_json: { ids: number[] }[];
    };
    expect([...tokenizer.encode(golden.prompt)]).toEqual(golden.prompt_ids_llama2c);
    expect([tokenizer.beginId, tokenizer.endId, tokenizer.vocabularySize]).toEqual([1, 2, 512]);
    expect(tokenizer.decode(golden.greedy_200_tokens_from_bos)).toBe(golden.greedy_text);
    for (const { ids } of golden.tinystories_first10_of_tinystories_100_json) {
      expect([...tokenizer.encode(tokenizer.decode(ids))]).toEqual(ids);
    }
    expect(tokenizer.tokenText(tokenizer.encode('a☃', { addSpecialTokens: false }).at(-1)!)).toBe('<0x83>');
  });

  const spoken = [
    { role: 'system', content: 'Be brief. ☃' },
    { role: 'user', content: 'naïve café 你好 😀?' },
    { role: 'assistant', content: '  indented, né 😀\n\n' },
    { role: 'user', content: 'de\u0301ja' },
    { role: 'assistant', content: 'vu' },
  ];

  test.each([
    ['qwen2.5', ['  indented, né 😀\n\n<|im_end|>', 'vu<|im_end|>']],
    // SmolLM2 merges the header's newline with the answer's first space: that token overlaps the answer.
    ['smollm2', ['\n  indented, né 😀\n\n<|im_end|>', 'vu<|im_end|>']],
    ['qwen3', ['  indented, né 😀\n\n<|im_end|>', '<think>\n\n</think>\n\nvu<|im_end|>']],
  ])('%s: assistant tokens', (name, expected) => {
    expect(assistantTexts(opened.get(name)!, spoken)).toEqual(expected);
  });

  test('a Llama-style tokenizer that puts a space before every section', async () => {
    const directory = join(testData, 'models/stories260K/hf');
    const template =
      "{{ bos_token }}{% for m in messages %}{{ '[' + m.role + ']' + m.content }}{% if m.role == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}" +
      "{% if add_generation_prompt %}{{ '[assistant]' }}{% endif %}";
    const tokenizer = await openTokenizer(
      await write({
        'tokenizer.json': await readFile(join(directory, 'tokenizer.json'), 'utf8'),
        'tokenizer_config.json': await readFile(join(directory, 'tokenizer_config.json'), 'utf8'),
        'chat_template.jinja': template,
      }),
    );
    // Decoding a run on its own takes one leading space away, as the decoder does at the start of any text.
    expect(assistantTexts(tokenizer, spoken)).toEqual([' indented, né 😀\n\n</s>', 'vu</s>']);
  });

  test('prose comes back as it was', async () => {
    const text = (await readFile(join(testData, 'text/war-and-peace.txt'), 'utf8')).slice(0, 20_000);
    for (const name of ['qwen2.5', 'qwen3', 'smollm2', 'olmo2']) {
      const tokenizer = opened.get(name)!;
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text.normalize('NFC'));
    }
  });
});

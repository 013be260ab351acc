import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry, describeOptions, InvalidDataError, type Dataset, type Row } from '@profit-sft/core';
import { describe, expect, test, afterAll } from 'vitest';
import { inlineDataset } from './inline-dataset.js';
import { jsonl } from './jsonl.js';
import { readLines } from './formats/read-lines.js';
import { hasTestData, testData } from './testing-fixtures/test-data.js';

const directory = await mkdtemp(join(tmpdir(), 'profit-jsonl-'));
afterAll(() => rm(directory, { recursive: true }));

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

const rowsOf = (dataset: Dataset): Row[] => Array.from({ length: dataset.length }, (_, index) => dataset.row(index));

async function failure(path: string): Promise<InvalidDataError> {
  const error: unknown = await jsonl({ path })
    .load()
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(InvalidDataError);
  return error as InvalidDataError;
}

const messages = [
  { role: 'user', content: 'hi' },
  { role: 'assistant', content: 'hello' },
];

describe('rows', () => {
  test('of every shape', async () => {
    const path = await write(
      'shapes.jsonl',
      [
        { messages: [{ ...messages[0], name: 'x' }, messages[1]], meta: { a: 1 } },
        { prompt: 'p', completion: 'c' },
        { prompt: 'p', references: ['a', { text: 'b', effort: 'low' }] },
        { prompt: 'p', key: 7, kwargs: [{}, { n: 1 }], source: 'mine' },
        { prompt: 'p' },
        { text: 't' },
        { instruction: 'Add.', input: '1 2', output: '3' },
        { instruction: 'Wait.', input: '', output: 'ok' },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
    );
    const dataset = await jsonl({ path }).load();
    expect(rowsOf(dataset)).toEqual([
      { messages },
      { prompt: 'p', completion: 'c' },
      { prompt: 'p', references: ['a', 'b'] },
      { prompt: 'p', metadata: { key: 7, kwargs: [{}, { n: 1 }] }, source: 'mine' },
      { prompt: 'p' },
      { text: 't' },
      {
        prompt:
          'Below is an instruction that describes a task, paired with an input that provides further context. ' +
          'Write a response that appropriately completes the request.\n\n### Instruction:\nAdd.\n\n### Input:\n1 2\n\n### Response:',
        completion: '3',
      },
      {
        prompt:
          'Below is an instruction that describes a task. Write a response that appropriately completes the request.' +
          '\n\n### Instruction:\nWait.\n\n### Response:',
        completion: 'ok',
      },
    ]);
  });

  test('byte order mark, CRLF and blank lines are tolerated; line numbers stay the file’s', async () => {
    const content = '\ufeff{"text":"a"}\r\n\r\n  \n{"text":"b\u2028é"}\r\n';
    const path = await write('windows.jsonl', content);
    const dataset = await jsonl({ path }).load();
    expect(rowsOf(dataset)).toEqual([{ text: 'a' }, { text: 'b\u2028é' }]);
    expect([dataset.origin(0), dataset.origin(1)]).toEqual([`${path}:1`, `${path}:4`]);
    expect(dataset.fingerprint).toBe(createHash('sha256').update(content).digest('hex'));
    expect(() => dataset.row(2)).toThrow(RangeError);
  });

  test('a JSON array, whatever the file is called', async () => {
    const path = await write('array.json', '\ufeff \n[{"text":"a"},\n{"text":"b"}]\n');
    const dataset = await jsonl({ path }).load();
    expect(rowsOf(dataset)).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect(dataset.origin(1)).toBe(`${path}[1]`);
    const lines = await write('lines.json', '{"text":"a"}\n{"text":"b"}\n');
    expect((await jsonl({ path: lines }).load()).length).toBe(2);
  });

  test('lines that cross the chunks of the file', async () => {
    const texts = Array.from({ length: 300 }, (_, index) => '€'.repeat(index * 7));
    const path = await write('long.jsonl', texts.map((text) => JSON.stringify({ text })).join('\n'));
    expect(rowsOf(await jsonl({ path }).load())).toEqual(texts.map((text) => ({ text })));
  });

  test('the name __proto__ is only a key', async () => {
    const path = await write('proto.jsonl', '{"__proto__":{"text":"polluted"},"text":"a"}\n');
    expect(rowsOf(await jsonl({ path }).load())).toEqual([{ text: 'a' }]);
    const error = await failure(await write('proto-only.jsonl', '{"__proto__":{"text":"polluted"}}\n'));
    expect(error.message).toContain('"__proto__"');
  });
});

describe('bad files', () => {
  test.each([
    ['truncated', '{"text":"a"}\n{"text":', 2, 'malformed JSON'],
    ['unknown', '{"text":"a"}\n\n{"question":"q","answer":"a"}', 3, 'has the keys "question", "answer"'],
    ['number', '3', 1, 'is of type number'],
    ['messages', '{"messages":[{"role":"user","content":null}]}', 1, 'messages[0].content must be text, it is null'],
    ['no-messages', '{"messages":[]}', 1, '"messages" is empty'],
    ['no-references', '{"prompt":"p","references":[]}', 1, '"references" is empty'],
    ['reference', '{"prompt":"p","references":[3]}', 1, 'references[0] must be text'],
    ['no-prompt', '{"completion":"c"}', 1, '"prompt" must be text, it is missing'],
    ['prompt-alone', '{"prompt":3,"key":1}', 1, '"prompt" must be text, it is of type number'],
    ['nothing', '{}', 1, 'has no keys'],
  ])('%s', async (name, content, line, message) => {
    const path = await write(`${name}.jsonl`, content);
    const error = await failure(path);
    expect(error.message).toContain(`${path}:${line}: `);
    expect(error.message).toContain(message);
    expect(error.line).toBe(line);
  });

  test('an unknown row says what is accepted', async () => {
    const { message } = await failure(await write('what.jsonl', '{"q":1}'));
    for (const word of ['messages', 'prompt', 'completion', 'references', 'text', 'instruction']) {
      expect(message).toContain(`"${word}"`);
    }
  });

  test('bytes that are not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('{"text":"a"}\n{"text":"'), Uint8Array.of(0xff), Buffer.from('"}\n')]);
    expect((await failure(await write('latin.jsonl', bytes))).message).toMatch(/:2: is not valid UTF-8/);
  });

  test('a broken array names the line', async () => {
    const error = await failure(await write('broken.json', '[\n{"text":"a"},\n{"text":}\n]'));
    expect(error.message).toContain('malformed JSON');
    const shape = await failure(await write('shape.json', '[{"text":"a"},{"x":1}]'));
    expect(shape.message).toContain('shape.json[1]: has the keys "x"');
  });

  test('empty, missing, not a file', async () => {
    expect((await failure(await write('empty.jsonl', '\n \n'))).message).toContain('holds no rows');
    expect((await failure(await write('empty.json', '[]'))).message).toContain('holds no rows');
    expect((await failure(join(directory, 'nowhere.jsonl'))).message).toContain('nowhere.jsonl: does not exist');
    await mkdir(join(directory, 'folder.jsonl'));
    expect((await failure(join(directory, 'folder.jsonl'))).message).toContain('is not a file');
  });

  test('a line without end is not read on for ever', async () => {
    const path = await write('endless.jsonl', `{"text":"a"}\n${'x'.repeat(200_000)}`);
    const read = async (): Promise<number> => {
      let count = 0;
      for await (const line of readLines(path, { maxLineBytes: 100_000 })) count = line.number;
      return count;
    };
    await expect(read()).rejects.toThrow('endless.jsonl:2: is longer than 100000 bytes');
  });
});

test('the plugin registers by name and checks its options', () => {
  const registry = createRegistry({ datasets: [jsonl] });
  expect(registry).toBeDefined();
  expect(describeOptions(jsonl.options).map(({ name }) => name)).toEqual(['path']);
  // @ts-expect-error a missing path must not compile
  expect(() => jsonl({})).toThrow('path');
});

describe('inline rows', () => {
  test('equal rows, equal fingerprint', () => {
    const dataset = inlineDataset(
      [{ text: 'a' }, { prompt: 'p', completion: 'c' }, { prompt: 'q', metadata: { key: 1 } }],
      'mine',
    );
    expect(dataset.length).toBe(3);
    expect(dataset.row(2)).toEqual({ prompt: 'q', metadata: { key: 1 } });
    expect(dataset.origin(1)).toBe('mine[1]');
    expect(dataset.fingerprint).toBe(inlineDataset(rowsOf(dataset)).fingerprint);
    expect(dataset.fingerprint).not.toBe(inlineDataset([{ text: 'b' }]).fingerprint);
  });

  test('what is no row is refused', () => {
    expect(() => inlineDataset([])).toThrow('holds no rows');
    expect(() => inlineDataset([{ text: 'a' }, { text: 3 } as unknown as Row])).toThrow(
      'inline[1]: "text" must be text',
    );
  });
});

describe.skipIf(!hasTestData)('published sets', () => {
  test.each([
    ['sft/rasbt_instruct/instruction-data.json', 1100],
    ['sft/profit_s1k_multiref/joined_multiref.jsonl', 966],
    ['sft/profit_s1k_multiref/s1k_gptoss20b_sharegpt_low.json', undefined],
  ])('%s', async (name, count) => {
    const dataset = await jsonl({ path: join(testData, name) }).load();
    expect(dataset.length).toBe(count ?? dataset.length);
    expect(dataset.length).toBeGreaterThan(900);
    const row = dataset.row(0);
    expect('completion' in row || 'references' in row || 'messages' in row).toBe(true);
  });
});

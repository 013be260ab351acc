import { mkdir, mkdtemp, readFile, writeFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ProfitError, type Dataset, type Row } from '@profit-sft/core';
import { describe, expect, test, afterAll } from 'vitest';
import { hasTestData, testData } from '../testing-fixtures/test-data.js';
import { file } from './file.js';

const directory = await mkdtemp(join(tmpdir(), 'profit-file-'));
afterAll(() => rm(directory, { recursive: true }));
const fixture = (name: string): string => new URL(`../../fixtures/${name}`, import.meta.url).pathname;

async function write(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

type Options = Parameters<typeof file>[0];
const load = (options: Options): Promise<Dataset> => file(options).load();
const rowsOf = (dataset: Dataset): Row[] => Array.from({ length: dataset.length }, (_, index) => dataset.row(index));
const rows = async (options: Options): Promise<Row[]> => rowsOf(await load(options));

async function failure(options: Options): Promise<ProfitError> {
  const error: unknown = await (async () => load(options))().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(ProfitError.isInstance(error), String(error)).toBe(true);
  return error as ProfitError;
}

describe('columns', () => {
  test('by name and by path; numbers become text', async () => {
    const path = fixture('zstd.parquet');
    const [, row] = await rows({
      path,
      columns: { prompt: 'question', completion: 'answer.text', source: 'question' },
    });
    expect(row).toEqual({ prompt: 'What is 1 + 1?', completion: '1 + 1 = 2', source: 'What is 1 + 1?' });
    expect((await rows({ path, columns: { prompt: 'question', completion: 'result' } }))[3]).toEqual({
      prompt: 'What is 3 + 3?',
      completion: '6',
    });
    expect((await rows({ path, columns: { prompt: 'question', completion: 'answer.value' } }))[3]).toMatchObject({
      completion: '6',
    });
    expect(
      (await rows({ path, columns: { prompt: 'question', completion: 'conversations.1.value' } }))[2],
    ).toMatchObject({ completion: '4' });
  });

  test('references from a list, from one text, from several columns', async () => {
    const path = fixture('lz4.feather');
    const references = async (columns: string | string[]): Promise<unknown> =>
      ((await rows({ path, columns: { prompt: 'question', references: columns } }))[2] as { references: unknown })
        .references;
    expect(await references('choices')).toEqual(['Grüße', '日本', '🙂']);
    expect(await references('result')).toEqual(['4']);
    expect(await references(['result', 'answer.text'])).toEqual(['4', '2 + 2 = 4']);
  });

  test('a name with a dot comes before a path', async () => {
    const path = await write('dots.jsonl', '{"a.b":"whole","a":{"b":"inner"},"c.d":{"e":"deep"}}\n');
    expect(await rows({ path, columns: { prompt: 'a.b', completion: 'c.d.e' } })).toEqual([
      { prompt: 'whole', completion: 'deep' },
    ]);
  });

  test('conversations as ShareGPT and Infinity-Instruct have them map by themselves', async () => {
    expect((await rows({ path: fixture('lz4-stream.arrow') }))[0]).toEqual({
      messages: [
        { role: 'user', content: '0 + 0 = ?' },
        { role: 'assistant', content: '0' },
      ],
      source: 'even',
    });
    const turns = [
      { from: 'system', value: 's' },
      { role: 'user', content: 'u' },
      { from: 'observation', value: 'o' },
    ];
    const path = await write('chat.json', JSON.stringify([{ chat: turns }]));
    expect(await rows({ path, columns: { messages: 'chat' } })).toEqual([
      {
        messages: [
          { role: 'system', content: 's' },
          { role: 'user', content: 'u' },
          { role: 'tool', content: 'o' },
        ],
      },
    ]);
    const wrong = await write('narrator.jsonl', '{"conversations":[{"from":"narrator","value":"x"}]}\n');
    expect((await failure({ path: wrong })).message).toContain(':1: conversations[0].from is "narrator"; it may be');
  });

  test('Alpaca, also with the whole text beside it', async () => {
    const path = await write('alpaca.csv', 'instruction,input,output,text\nAdd.,1 2,3,everything\n');
    expect((await rows({ path }))[0]).toMatchObject({ completion: '3' });
    const other = await write('other.csv', 'task,result\nWait.,ok\n');
    const [row] = await rows({ path: other, columns: { instruction: 'task', input: 'context', output: 'result' } });
    expect(row).toMatchObject({ completion: 'ok' });
    expect((row as { prompt: string }).prompt).toContain('### Instruction:\nWait.\n\n### Response:');
  });

  test('a prompt alone keeps the other columns for an evaluator', async () => {
    const path = await write('choices.csv', 'Question,Correct Answer,completion\nWhich?,this,not an answer\n');
    expect(await rows({ path, columns: { prompt: 'Question' } })).toEqual([
      { prompt: 'Which?', metadata: { 'Correct Answer': 'this', completion: 'not an answer' } },
    ]);
    const [row] = await rows({ path: fixture('snappy.parquet'), columns: { prompt: 'question' } });
    expect(Object.keys((row as { metadata: object }).metadata)).toEqual([
      'answer',
      'result',
      'conversations',
      'choices',
      'source',
    ]);
    expect(JSON.parse(JSON.stringify(row))).toEqual(row);
    const { message } = await failure({ path, columns: { prompt: 'question' } });
    expect(message).toContain('has no "question", the prompt; its columns are "Question"');
  });

  test('a row that maps to nothing tells the columns that there are', async () => {
    const path = fixture('snappy.parquet');
    const { message } = await failure({ path, columns: { prompt: 'question', completion: 'reply' } });
    expect(message).toBe(
      `${path}[0]: has no "reply", the completion; its columns are "question", "answer", "result", "conversations", "choices", "source"`,
    );
    const csv = await write('columns.csv', 'mr,ref\na,b\n');
    expect((await failure({ path: csv })).message).toContain(`${csv}:2: has the keys "mr", "ref"`);
    expect((await failure({ path: csv })).message).toContain('The option "columns" maps other columns.');
    const nothing = await write('null.jsonl', '{"q":"a","a":null}\n');
    expect((await failure({ path: nothing, columns: { prompt: 'q', completion: 'a' } })).message).toContain(
      ':1: "a", the completion, is null',
    );
    const list = await write('list.jsonl', '{"q":"a","a":["b"]}\n');
    expect((await failure({ path: list, columns: { prompt: 'q', completion: 'a' } })).message).toContain(
      '"completion" must be text, it is a list',
    );
  });

  test.each([
    { completion: 'a' },
    { prompt: 'a', completion: 'b', text: 'c' },
    { text: 'a', input: 'b' },
    { source: 'a' },
  ])('columns that make no row are refused: %j', async (columns) => {
    const error = await failure({ path: 'nowhere.csv', columns });
    expect(error.kind).toBe('config');
    expect(error.message).toContain('prompt; prompt and completion; prompt and references; messages');
  });
});

describe('groupBy', () => {
  const columns = { prompt: 'mr', references: 'ref' };

  test('joins one-answer rows into one of several references, where the first of them was', async () => {
    const path = await write('e2e.csv', 'mr,ref\nm1,a\nm2,b\nm1,c\nm1,a\n');
    const dataset = await load({ path, columns, groupBy: 'mr' });
    expect(rowsOf(dataset)).toEqual([
      { prompt: 'm1', references: ['a', 'c', 'a'] },
      { prompt: 'm2', references: ['b'] },
    ]);
    expect([dataset.origin(0), dataset.origin(1)]).toEqual([`${path}:2`, `${path}:3`]);
    const completions = { prompt: 'mr', completion: 'ref' };
    expect(await rows({ path, columns: completions, groupBy: 'mr' })).toEqual(rowsOf(dataset));
  });

  test('what cannot be grouped', async () => {
    const path = await write('group.csv', 'id,q,a\n1,x,y\n1,z,y\n');
    const mapped = { prompt: 'q', completion: 'a' };
    expect((await failure({ path, columns: mapped, groupBy: 'id' })).message).toContain(':3: has the same value');
    expect((await failure({ path, columns: mapped, groupBy: 'key' })).message).toContain(
      ':2: has no text in "key", the column of "groupBy"; its columns are "id", "q", "a"',
    );
    expect((await failure({ path, columns: { text: 'a' }, groupBy: 'id' })).message).toContain('cannot be grouped');
  });
});

describe('paths', () => {
  const line = (text: string): string => `${JSON.stringify({ text })}\n`;

  test('several files and globs, in order, each file once', async () => {
    const b = await write('many/b.jsonl', line('b'));
    await write('many/a.jsonl', line('a'));
    await write('many/deep/c.csv', 'text\nc\n');
    await write('many/.hidden.jsonl', 'no JSON');
    const texts = async (path: string | string[]): Promise<unknown> =>
      (await rows({ path })).map((row) => (row as { text: string }).text);
    expect(await texts([b, join(directory, 'many/*.jsonl')])).toEqual(['b', 'a']);
    expect(await texts(join(directory, 'many/**/*'))).toEqual(['a', 'b', 'c']);
    await write('many/[1].jsonl', line('brackets'));
    expect(await texts(join(directory, 'many/[1].jsonl'))).toEqual(['brackets']);
  });

  test('what leads nowhere', async () => {
    expect((await failure({ path: join(directory, '*.nothing') })).message).toContain('no file in');
    expect((await failure({ path: join(directory, 'nowhere/*.csv') })).message).toContain('no folder');
    expect((await failure({ path: join(directory, 'nowhere.csv') })).message).toContain('nowhere.csv: does not exist');
    const path = await write('one.jsonl', line('a'));
    expect((await failure({ path: [path, directory] })).message).toContain('is a folder');
    expect((await failure({ path, split: 'train' })).message).toContain('split: goes with a folder');
    expect((await failure({ path: await write('blank.jsonl', '\n') })).message).toContain('holds no rows');
  });

  test('a folder laid out as a data set of the Hub', async () => {
    await write('hub/train-00000-of-00002.jsonl', line('a'));
    await write('hub/train-00001-of-00002.jsonl.gz', gzipSync(line('b')));
    await write('hub/test-00000-of-00001.jsonl', line('c'));
    await write('hub/README.md', '# no card\n');
    const path = join(directory, 'hub');
    expect(await rows({ path, split: 'train' })).toEqual([{ text: 'a' }, { text: 'b' }]);
    expect((await failure({ path })).message).toContain('several splits; say which with "split": test, train');
    await write('hub/README.md', '---\nconfigs:\n- data_files:\n  - split: all\n    path: "*.jsonl*"\n---\n');
    expect(await rows({ path })).toHaveLength(3);
  });
});

test('the fingerprint is that of the rows, whatever the format', async () => {
  const columns = { prompt: 'question', completion: 'result' } as const;
  const fingerprint = async (options: Options): Promise<string> => (await load(options)).fingerprint;
  const parquet = await fingerprint({ path: fixture('gzip.parquet'), columns });
  expect(await fingerprint({ path: fixture('lz4.feather'), columns })).toBe(parquet);
  expect(await fingerprint({ path: fixture('records.json.gz'), columns })).toBe(parquet);
  const other = await fingerprint({ path: fixture('gzip.parquet'), columns: { ...columns, prompt: 'answer.text' } });
  expect(other).not.toBe(parquet);
});

test('long files leave the event loop its turns', async () => {
  const path = await write('long.csv', `q,a\n${'question,answer\n'.repeat(200_000)}`);
  let turns = 0;
  const timer = setInterval(() => turns++, 5);
  const dataset = await load({ path, columns: { prompt: 'q', completion: 'a' } });
  clearInterval(timer);
  expect(dataset.length).toBe(200_000);
  expect(turns).toBeGreaterThan(2);
});

describe.skipIf(!hasTestData)(`published sets (skipped without ${testData})`, () => {
  test('E2E NLG: one row per meaning, all references of the file', async () => {
    const columns = { prompt: 'mr', references: 'ref' };
    for (const [name, meanings, references] of [
      ['devset.csv', 547, 4672],
      ['testset_w_refs.csv', 630, 4693],
    ] as const) {
      const path = join(testData, 'sft/e2e_nlg', name);
      const grouped = await rows({ path, columns, groupBy: 'mr' });
      expect(grouped).toHaveLength(meanings);
      expect(grouped.reduce((sum, row) => sum + ('references' in row ? row.references.length : 0), 0)).toBe(references);
      expect(await rows({ path, columns })).toHaveLength(references);
    }
  });

  test.each([
    ['benchmarks/gsm8k/train.jsonl', 7473, { prompt: 'question', completion: 'answer' }],
    ['benchmarks/gsm8k/test.jsonl', 1319, { prompt: 'question', completion: 'answer' }],
    ['benchmarks/aime24/test.jsonl', 30, { prompt: 'problem', completion: 'answer' }],
    ['benchmarks/math500/math500_test.json', 500, { prompt: 'problem', completion: 'solution' }],
    ['benchmarks/humaneval/HumanEval.jsonl.gz', 164, { prompt: 'prompt', completion: 'canonical_solution' }],
    ['sft/self_instruct/seed_tasks.jsonl', 175, { prompt: 'instruction', completion: 'instances.0.output' }],
    ['sft/rasbt_instruct/instruction-data.json', 1100, undefined],
    ['sft/profit_s1k_multiref/s1k_gptoss20b_sharegpt_low.json', 976, undefined],
  ])('%s', async (name, count, columns) => {
    expect(await rows({ path: join(testData, name), columns })).toHaveLength(count);
  });

  test('JSON lines are read as jsonl reads them', async () => {
    const path = join(testData, 'sft/profit_s1k_multiref/joined_multiref.jsonl');
    const first = JSON.parse((await readFile(path, 'utf8')).split('\n')[0]) as {
      prompt: string;
      references: { text: string }[];
    };
    const all = await rows({ path });
    expect(all).toHaveLength(966);
    expect(all[0]).toEqual({ prompt: first.prompt, references: first.references.map(({ text }) => text) });
  });
});

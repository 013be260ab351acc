import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvalidConfigError, type AnnotationItem } from '@profit-sft/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { JudgeError } from './judge-error.js';
import { openaiJudge } from './openai-judge.js';
import { chatServer, refuse, reply, type ChatServer, type Respond } from './testing-server.js';

const item: AnnotationItem = { prompt: '3 + 4?', response: 'Well, it is 7.', references: ['7.', 'The sum is 7.'] };
const labels = '{"core": [[4, 4]]}';
const expected = [
  { start: 0, end: 11, label: 'trivial' },
  { start: 12, end: 13, label: 'core' },
  { start: 13, end: 14, label: 'trivial' },
];
const key = 'secret-5f1c9a';

let folder: string;
let server: ChatServer | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'profit-judge-'));
  vi.stubEnv('JUDGE_KEY', key);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

type Options = NonNullable<Parameters<typeof openaiJudge>[0]>;
async function judgeWith(respond: Respond, options: Partial<Options> = {}) {
  server = await chatServer(respond);
  return openaiJudge({
    ...{ baseUrl: server.baseUrl, model: 'judge-1', cache: folder, apiKeyEnvironmentVariable: 'JUDGE_KEY' },
    ...options,
  });
}
const failure = (run: Promise<unknown>): Promise<Error> =>
  run.then(
    () => expect.fail('should fail'),
    (error: unknown) => error as Error,
  );

describe('a good server', () => {
  test('is asked as the API documents it, and labels words', async () => {
    const judge = await judgeWith((response) => reply(response, labels));
    expect(await judge.annotate(item)).toEqual(expected);
    const [{ path, authorization, body }] = server!.requests;
    expect({ path, authorization }).toEqual({ path: 'POST /v1/chat/completions', authorization: `Bearer ${key}` });
    expect(body).toMatchObject({ model: 'judge-1', temperature: 0, response_format: { type: 'json_schema' } });
    expect(body.messages[1].content).toContain('[0]Well [1], [2]it [3]is [4]7 [5].');
    expect(body.messages[1].content).toContain('The sum is 7.');
  });

  test('is not asked the same twice, by a second run or at once', async () => {
    const judge = await judgeWith((response) => reply(response, labels), { inputPrice: 2, outputPrice: 10 });
    await Promise.all([judge.annotate(item), judge.annotate(item)]);
    expect(server!.requests).toHaveLength(1);
    expect(judge.usage!()).toEqual({
      ...{ requests: 1, cached: 0, promptTokens: 100, completionTokens: 10 },
      cost: (100 * 2 + 10 * 10) / 1e6,
    });
    const again = openaiJudge({ baseUrl: server!.baseUrl, model: 'judge-1', cache: folder });
    expect(await again.annotate(item)).toEqual(expected);
    expect(again.usage!()).toMatchObject({ requests: 0, cached: 1, cost: undefined });
    await again.annotate({ ...item, references: ['7.'] });
    expect(server!.requests).toHaveLength(2);
  });

  test('a damaged file of the cache is asked again', async () => {
    const judge = await judgeWith((response) => reply(response, labels));
    await judge.annotate(item);
    const [file] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
    for (const content of ['{"answer"', '{"answer": "{\\"core\\": [[9, 99]]}"}']) {
      writeFileSync(join(folder, file), content);
      expect(await judge.annotate(item)).toEqual(expected);
    }
    expect(server!.requests).toHaveLength(3);
  });

  test('nothing to label is not asked', async () => {
    const judge = await judgeWith((response) => reply(response, labels));
    expect(await judge.annotate({ ...item, response: ' \n' })).toEqual([]);
    expect(server!.requests).toHaveLength(0);
  });
});

describe('a server with trouble', () => {
  test('429 with Retry-After holds every request back for that long', async () => {
    const judge = await judgeWith((response, _, index) =>
      index === 0 ? refuse(response, 429, { message: 'slow down' }, { 'retry-after': '1' }) : reply(response, labels),
    );
    expect(await judge.annotate(item)).toEqual(expected);
    const [first, second] = server!.requests;
    expect(second.at - first.at).toBeGreaterThan(950);
    expect(second.at - first.at).toBeLessThan(3000);
  });

  test.each<[string, Respond]>([
    ['500', (response) => refuse(response, 500, { message: 'oops' })],
    ['a cut connection', (response) => response.destroy()],
    [
      'a reply cut in the middle',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"choices": [');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ['malformed JSON', (response) => response.end('{"choices": [{"mess')],
    ['a reply without content', (response) => reply(response, null)],
    ['an unreadable answer', (response) => reply(response, 'core: all of it')],
    ['silence', () => undefined],
  ])('%s once is got over', async (_, trouble) => {
    const judge = await judgeWith(
      (response, request, index) => (index === 0 ? trouble(response, request, index) : reply(response, labels)),
      { timeout: 0.5 },
    );
    expect(await judge.annotate(item)).toEqual(expected);
    expect(server!.requests).toHaveLength(2);
  });

  test.each<[string, Respond, number, string]>([
    [
      '500',
      (response) => refuse(response, 500, { message: 'oops' }),
      2,
      'no usable reply to 2 requests; the last: HTTP 500: oops',
    ],
    ['no content', (response) => reply(response, ''), 2, 'the reply has no content'],
    ['answers of other words', (response) => reply(response, '{"core": [[0, 99]]}'), 2, 'not within the words 0 to 5'],
    ['cut answers', (response) => reply(response, '{"core": [[', undefined, 'length'), 1, 'raise maxTokens'],
    [
      'too long a prompt',
      (response) => refuse(response, 400, { message: 'too long' }),
      1,
      'refuses the request (HTTP 400): too long',
    ],
  ])('%s always is an error of the item', async (_, trouble, requests, message) => {
    const judge = await judgeWith(trouble, { maxRetries: 1 });
    const error = await failure(judge.annotate(item));
    expect(error.name).toBe('AnnotationError');
    expect(error.message).toContain(message);
    expect(server!.requests).toHaveLength(requests);
  });

  test.each<[string, Respond, string]>([
    ['401', (response) => refuse(response, 401, { message: `wrong key ${key}` }), 'environment variable JUDGE_KEY'],
    ['404', (response) => refuse(response, 404, { message: 'no such model' }), 'no such model. Check model'],
    ['no quota', (response) => refuse(response, 429, { message: 'pay', code: 'insufficient_quota' }), 'no quota left'],
    [
      'a day of waiting',
      (response) => refuse(response, 429, { message: '' }, { 'retry-after': '86400' }),
      'wait 86400 s',
    ],
    [
      'a redirect',
      (response) => refuse(response, 302, { message: '' }, { location: 'http://127.0.0.1:1/' }),
      'HTTP 302',
    ],
  ])('%s ends the run', async (_, trouble, message) => {
    const error = await failure((await judgeWith(trouble)).annotate(item));
    expect(error).toBeInstanceOf(JudgeError);
    expect(error.message).toContain(message);
    expect(server!.requests).toHaveLength(1);
  });

  test('a server that is not there', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = probe.address() as { port: number };
        probe.close(() => resolve(free));
      });
    });
    const judge = openaiJudge({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'x', cache: folder, maxRetries: 1 });
    const error = await failure(judge.annotate(item));
    expect(error).toBeInstanceOf(JudgeError);
    expect(error.message).toMatch(/cannot be reached, 2 requests: no reply \(ECONNREFUSED\)\. Check baseUrl/);
  });

  test('weaker forms of a request are tried where the server refuses a form', async () => {
    const judge = await judgeWith((response, { body }) => {
      if (body.max_tokens !== undefined) refuse(response, 400, { message: "use 'max_completion_tokens' instead" });
      else if (body.response_format?.type === 'json_schema') refuse(response, 400, { message: 'response_format: no' });
      else reply(response, labels);
    });
    expect(await judge.annotate(item)).toEqual(expected);
    await judge.annotate({ ...item, prompt: 'again' });
    expect(server!.requests.map(({ body }) => body.response_format?.type)).toEqual([
      ...['json_schema', 'json_schema', 'json_object', 'json_object'],
    ]);
  });

  test('an interruption ends the wait', async () => {
    const judge = await judgeWith(() => undefined);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    expect((await failure(judge.annotate(item, { signal: stop.signal }))).name).toBe('AbortError');
  });
});

describe('limits', () => {
  test('requests are spaced', async () => {
    const judge = await judgeWith((response) => reply(response, labels), { requestsPerMinute: 300, concurrency: 8 });
    await Promise.all(['a', 'b', 'c', 'd'].map((prompt) => judge.annotate({ ...item, prompt })));
    const times = server!.requests.map(({ at }) => at);
    expect(times[3] - times[0]).toBeGreaterThan(550);
  });

  test('so are tokens, by what the requests took', async () => {
    const judge = await judgeWith(
      (response) => reply(response, labels, { prompt_tokens: 400, completion_tokens: 100 }),
      {
        ...{ tokensPerMinute: 120_000, maxTokens: 100 },
      },
    );
    for (const prompt of ['a', 'b', 'c']) await judge.annotate({ ...item, prompt });
    const times = server!.requests.map(({ at }) => at);
    expect(times[2] - times[0]).toBeGreaterThan(450);
    expect(times[2] - times[0]).toBeLessThan(1500);
  });

  test('maxCost stops before it is passed', async () => {
    const judge = await judgeWith(
      (response) => reply(response, labels, { prompt_tokens: 1000, completion_tokens: 100 }),
      {
        ...{ inputPrice: 1000, outputPrice: 1000, maxTokens: 100, maxCost: 3 },
      },
    );
    const run = async (): Promise<void> => {
      for (let index = 0; index < 10; index++) await judge.annotate({ ...item, prompt: String(index) });
    };
    const error = await failure(run());
    expect(error).toBeInstanceOf(JudgeError);
    expect(error.message).toContain('maxCost 3 is reached: 2.2000 is spent');
    expect(judge.usage!().cost).toBeLessThanOrEqual(3);
    // What is paid for already is still to be had.
    expect(await judge.annotate({ ...item, prompt: '0' })).toEqual(expected);
  });

  test('maxCost needs prices', () => {
    expect(() => openaiJudge({ baseUrl: 'http://x/v1', model: 'x', maxCost: 1 })).toThrow(InvalidConfigError);
  });
});

describe('the key', () => {
  function everyText(directory: string): string {
    return readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(directory, name)).isFile())
      .map((name) => name + readFileSync(join(directory, name), 'utf8'))
      .join('\n');
  }

  test('is in no error and in no file, even where the server repeats it', async () => {
    const judge = await judgeWith((response, _, index) =>
      index === 0
        ? reply(response, `{"core": [[4, 4]], "note": "${key}"}`)
        : refuse(response, index === 1 ? 400 : 401, { message: `Bearer ${key} is not allowed` }),
    );
    await judge.annotate(item);
    expect(everyText(folder)).toContain('[API key]');
    expect(everyText(folder)).not.toContain(key);
    for (const prompt of ['a', 'b']) {
      const error = await failure(judge.annotate({ ...item, prompt }));
      expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(key);
    }
    expect(server!.requests.every(({ authorization }) => authorization === `Bearer ${key}`)).toBe(true);
  });

  test('of another server is not sent unless it is named', async () => {
    vi.stubEnv('OPENAI_API_KEY', key);
    const judge = await judgeWith((response) => refuse(response, 401, { message: '' }), {
      apiKeyEnvironmentVariable: undefined,
    });
    expect((await failure(judge.annotate(item))).message).toContain('Set apiKeyEnvironmentVariable to the name');
    expect(server!.requests[0].authorization).toBeUndefined();
  });

  test('a variable that is not set is named', async () => {
    const judge = await judgeWith((response) => refuse(response, 401, { message: '' }), {
      apiKeyEnvironmentVariable: 'NOT_SET_AT_ALL',
    });
    expect((await failure(judge.annotate(item))).message).toContain('variable NOT_SET_AT_ALL is not set');
  });

  test('given as an option or within the URL is refused and not repeated', () => {
    for (const options of [
      { baseUrl: 'http://x/v1', apiKeyEnvironmentVariable: 'sk-proj-abcdef' },
      { baseUrl: 'http://user:sk-proj-abcdef@x/v1' },
    ]) {
      const run = (): unknown => openaiJudge({ model: 'x', ...options });
      expect(run).toThrow(InvalidConfigError);
      expect(run).not.toThrow('abcdef');
    }
  });
});

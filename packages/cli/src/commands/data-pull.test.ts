import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { runProfit } from '../command-line/run-profit.js';
import { loadRunConfig } from '../configuration/load-run-config.js';
import { loadDataset } from '../data/load-data.js';
import { builtinRegistry } from '../registry.js';
import { recordedTerminal } from '../testing-model/recorded-terminal.js';
import type { Registry } from '@profit-sft/core';
import type { DataPullResult } from './data-pull.js';

const commit = 'c'.repeat(40);
const mathCommit = 'd'.repeat(40);
const promptsCommit = 'e'.repeat(40);
const line = (value: object): string => `${JSON.stringify(value)}\n`;

/** Repositories of one file each, by their names. */
const repositories: Record<string, { commit: string; path: string; content: string }> = {
  'acme/sums': { commit, path: 'train.csv', content: 'q,a\n1+1,2\n1+2,3\n' },
  'HuggingFaceH4/MATH-500': {
    commit: mathCommit,
    path: 'test.jsonl',
    content: line({ problem: 'What is 1 + 1?', solution: 'It is $\\boxed{2}$.', answer: '2' }),
  },
  'google/IFEval': {
    commit: promptsCommit,
    path: 'ifeval_input_data.jsonl',
    content: line({ key: 1, prompt: 'Write.', instruction_id_list: ['punctuation:no_comma'], kwargs: [{}] }),
  },
};
/** Requests whose URL contains one of these are answered with 503, once each. */
const unavailable: string[] = [];
const gitBlob = (content: string): string =>
  createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0${content}`)
    .digest('hex');

let server: Server;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-data-pull-'));
  server = createServer((request, response) => {
    const url = request.url ?? '';
    const fault = unavailable.findIndex((part) => url.includes(part));
    if (fault >= 0) {
      unavailable.splice(fault, 1);
      return void response.writeHead(503, { 'retry-after': '0' }).end();
    }
    const found = Object.entries(repositories).find(([name]) => url.includes(`/${name}/`));
    if (found === undefined) return void response.writeHead(404).end();
    const [name, { commit: sha, path, content }] = found;
    if (url.startsWith(`/api/datasets/${name}/revision/main`)) {
      return void response.end(JSON.stringify({ _id: '1', id: name, sha, lastModified: '2024-01-01T00:00:00.000Z' }));
    }
    if (url.startsWith(`/api/datasets/${name}/tree/${sha}`)) {
      const entry = { type: 'file', path, size: Buffer.byteLength(content), oid: gitBlob(content) };
      return void response.end(JSON.stringify([entry]));
    }
    if (url === `/datasets/${name}/resolve/${sha}/${path}`) return void response.end(content);
    response.writeHead(404).end();
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  vi.stubEnv('HF_HUB_CACHE', join(folder, 'cache'));
  vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('HF_TOKEN', '');
  vi.stubEnv('HF_HUB_OFFLINE', '');
});
afterEach(() => vi.stubEnv('HF_HUB_OFFLINE', ''));
afterAll(() => {
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function profit(...args: string[]): Promise<{ code: number; out: string; error: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal);
  return { code, out: texts.out, error: texts.error };
}

describe('profit data pull', () => {
  test('says what it fetched, where it is and how a configuration names it', async () => {
    const { code, out, error } = await profit('data', 'pull', 'math-500');
    expect(code, error).toBe(0);
    expect(error).toContain(`HuggingFaceH4/MATH-500 at main, which is ${mathCommit}`);
    expect(error).toContain('fetched 0.1 kB');
    expect(error).toContain(join(folder, 'cache/datasets--HuggingFaceH4--MATH-500/snapshots', mathCommit));
    expect(error).toContain('columns of test: problem, solution, answer');
    expect(error).toContain('licence: ');
    expect(out).toContain('test.jsonl');
    expect(JSON.parse(`{${out.slice(out.indexOf('"data"'))}}`)).toEqual({
      data: { eval: { name: 'hub', repository: 'math-500', revision: mathCommit, split: 'test' } },
    });
  });

  test('prompts without answers are for an evaluator; what is tried once more is said', async () => {
    unavailable.push('/revision/main');
    const { code, out, error } = await profit('data', 'pull', 'ifeval');
    expect(code, error).toBe(0);
    expect(error).toMatch(/^http.*\/revision\/main: the Hub answered 503; once more in /m);
    expect(error).toContain('for an evaluator:\n');
    expect(error).not.toContain('in a configuration');
    const data = { name: 'hub', repository: 'ifeval', revision: promptsCommit, split: 'train' };
    expect(out).toContain(`--data '${JSON.stringify(data)}'\n`);
  });

  test('its configuration loads the rows, without the Hub', async () => {
    const { out } = await profit('data', 'pull', 'acme/sums', '--json');
    const { configuration, columns, commit: pulled } = JSON.parse(out) as DataPullResult;
    expect(pulled).toBe(commit);
    expect(columns).toEqual({ train: ['q', 'a'] });
    const file = join(folder, 'run.json');
    const train = { ...configuration?.train, columns: { prompt: 'q', completion: 'a' } };
    writeFileSync(file, JSON.stringify({ model: 'model', data: { train } }));
    vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:1');
    try {
      const loaded = await loadRunConfig(file, [], builtinRegistry as unknown as Registry);
      const dataset = await loadDataset(loaded.registry, loaded.train);
      expect(dataset.row(1)).toEqual({ prompt: '1+2', completion: '3' });
    } finally {
      vi.stubEnv('HF_ENDPOINT', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    }
  });

  test('offline: what is there, and what to do about what is not', async () => {
    await profit('data', 'pull', 'acme/sums');
    for (const args of [['--offline'], []]) {
      if (args.length === 0) vi.stubEnv('HF_HUB_OFFLINE', '1');
      const { code, error } = await profit('data', 'pull', 'acme/sums', ...args);
      expect(code, error).toBe(0);
      expect(error).toContain('nothing to fetch');
      const absent = await profit('data', 'pull', 'acme/other', ...args);
      expect(absent.code).toBe(3);
      expect(absent.error).toContain('profit data pull acme/other');
    }
  });

  test('what cannot be had', async () => {
    expect(await profit('data', 'pull', 'acme/nothing')).toMatchObject({ code: 3, out: '' });
    const mistyped = await profit('data', 'pull', 'math-50');
    expect(mistyped).toMatchObject({ code: 2 });
    expect(mistyped.error).toContain('Did you mean "math-500"?');
    const gated = await profit('data', 'pull', 'gpqa-diamond');
    expect(gated.code).toBe(3);
    expect(gated.error).toContain('set HF_TOKEN');
    expect((await profit('data', 'pull', 'acme/sums', '--split', 'test')).error).toContain('has no split "test"');
  });
});

test('profit data list has every name with its licence', async () => {
  const { code, out } = await profit('data', 'list');
  expect(code).toBe(0);
  for (const name of ['gsm8k', 'math-500', 'infinity-instruct']) expect(out).toContain(`  ${name}: `);
  const { out: json } = await profit('data', 'list', '--json');
  const entries = JSON.parse(json) as { licence: string }[];
  expect(out.match(/licence: /g)).toHaveLength(entries.length);
});

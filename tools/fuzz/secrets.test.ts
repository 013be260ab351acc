/** A token of the Hub and a key of a judge's server reach those servers, and nothing that is written or shown. Real commands against servers on this machine. */
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProfit } from '@profit-sft/cli';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import {
  chatServer,
  refuse,
  reply,
  type ChatServer,
} from '../../packages/annotators/src/openai-judge/testing-server.js';
import { recordedTerminal } from '../../packages/cli/src/testing-model/recorded-terminal.js';
import { sums, writeTinyModel } from '../../packages/cli/src/testing-model/tiny-model.js';
import { startLoopbackHub, type LoopbackHub } from '../../packages/hub/src/testing-hub/loopback-hub.js';

const secrets = {
  HF_TOKEN: 'hf_S3cretT0kenOfTheHub',
  JUDGE_KEY: 'sk-S3cretKeyOfTheJudge',
  OPENAI_API_KEY: 'sk-An0therS3cretKey',
};

let folder: string;
let hub: LoopbackHub;
let judge: ChatServer | undefined;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'profit-secrets-'));
  await writeTinyModel(at('model'));
  writeFileSync(at('train.jsonl'), sums(0, 8));
  hub = await startLoopbackHub({
    repository: 'acme/sums',
    commit: 'a'.repeat(40),
    token: secrets.HF_TOKEN,
    files: { 'train.jsonl': { content: sums(0, 8) } },
  });
});
afterAll(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const [name, value] of Object.entries(secrets)) vi.stubEnv(name, value);
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_HUB_CACHE', at('cache'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await judge?.close();
  judge = undefined;
});

async function profit(...args: string[]): Promise<{ code: number; text: string }> {
  const { terminal, texts } = recordedTerminal();
  const code = await runProfit(args, terminal);
  return { code, text: texts.out + texts.error };
}

const annotate = (annotator: string, output: string) =>
  profit('annotate', '--data', at('train.jsonl'), '--annotator', annotator, '--output', at(output));

/** Every file below the folder, and every text that was shown, holds none of the secrets. */
function expectNoSecret(...texts: string[]): void {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    lstatSync(at(path)).isFile(),
  );
  for (const secret of Object.values(secrets)) {
    for (const text of texts) expect(text).not.toContain(secret);
    for (const path of files) expect(readFileSync(at(path), 'latin1').includes(secret), path).toBe(false);
  }
}

test('profit data pull, with the right token and with a wrong one', async () => {
  const pulled = await profit('data', 'pull', 'acme/sums');
  expect(pulled.code, pulled.text).toBe(0);
  expect(hub.seen.some(({ headers }) => headers.authorization === `Bearer ${secrets.HF_TOKEN}`)).toBe(true);
  vi.stubEnv('HF_TOKEN', `${secrets.HF_TOKEN}-wrong`);
  vi.stubEnv('HF_HUB_CACHE', at('other-cache'));
  const refused = await profit('data', 'pull', 'acme/sums');
  expect(refused.code).not.toBe(0);
  expectNoSecret(pulled.text, refused.text);
});

test('profit annotate with a judge that repeats its key in all it says', async () => {
  const key = secrets.JUDGE_KEY;
  judge = await chatServer((response, _, index) => {
    if (index % 3 === 0) reply(response, '{"core": [[0, 0]]}');
    else if (index % 3 === 1) reply(response, `I was given Bearer ${key}`);
    else refuse(response, 400, { message: `not with ${key}` });
  });
  const options = {
    baseUrl: judge.baseUrl,
    model: 'judge',
    apiKeyEnvironmentVariable: 'JUDGE_KEY',
    cache: at('judge-cache'),
    concurrency: 1,
  };
  const annotator = JSON.stringify({ name: 'openai-judge', ...options });
  const { text } = await annotate(annotator, 'labels.jsonl');
  expect(judge.requests.some(({ authorization }) => authorization === `Bearer ${key}`)).toBe(true);
  expect(readFileSync(at('labels.jsonl'), 'utf8')).toContain('openai-judge');
  expectNoSecret(text);
});

test('a key that stands where its variable’s name should is not repeated', async () => {
  const annotator = JSON.stringify({
    name: 'openai-judge',
    baseUrl: 'http://127.0.0.1:9',
    model: 'x',
    apiKeyEnvironmentVariable: secrets.JUDGE_KEY,
  });
  const { code, text } = await annotate(annotator, 'none.jsonl');
  expect(code).toBe(2);
  expectNoSecret(text);
});

test.each([
  ['with a line break in it', `${secrets.HF_TOKEN}\n${secrets.HF_TOKEN}`],
  ['with a dash that an editor made of two', `${secrets.HF_TOKEN}\u2013`],
])('a token %s, which no request can carry', async (_, token) => {
  vi.stubEnv('HF_TOKEN', token);
  vi.stubEnv('HF_HUB_CACHE', at('other-cache'));
  const { code, text } = await profit('data', 'pull', 'acme/sums');
  expect(code).toBe(2);
  expect(text).toContain('HF_TOKEN: holds no token');
  expectNoSecret(text);
});

test('a key with a line break in it, which no request can carry', async () => {
  vi.stubEnv('JUDGE_KEY', `${secrets.JUDGE_KEY}\n${secrets.JUDGE_KEY}`);
  const options = { baseUrl: 'http://127.0.0.1:9/v1', model: 'x', apiKeyEnvironmentVariable: 'JUDGE_KEY' };
  const { code, text } = await annotate(JSON.stringify({ name: 'openai-judge', ...options }), 'none.jsonl');
  expect(code).not.toBe(0);
  expect(text).toContain('JUDGE_KEY: holds no key');
  expectNoSecret(text);
});

test('servers that are not there: what fetch says of the request is not shown', async () => {
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  vi.stubEnv('HF_HUB_CACHE', at('other-cache'));
  const options = {
    baseUrl: 'http://127.0.0.1:9/v1',
    model: 'x',
    apiKeyEnvironmentVariable: 'JUDGE_KEY',
    maxRetries: 0,
  };
  const annotated = await annotate(JSON.stringify({ name: 'openai-judge', ...options }), 'unanswered.jsonl');
  expect(annotated.text).toContain('no reply');
  const inspected = await profit(
    'inspect',
    '--model',
    at('model'),
    '--data',
    '{"name":"hub","repository":"acme/sums"}',
    '--masking',
    'sft',
  );
  expect(inspected.code).not.toBe(0);
  expectNoSecret(annotated.text, inspected.text);
});

test.each([
  ['a hub', { HF_ENDPOINT: `http://me:${secrets.HF_TOKEN}@127.0.0.1:9` }, ['data', 'pull', 'acme/sums']],
  [
    'a judge',
    {},
    [
      ...['annotate', '--data', 'train.jsonl', '--output', 'none.jsonl'],
      ...[
        '--annotator',
        `{"name":"openai-judge","model":"x","baseUrl":"http://127.0.0.1:9/?key=${secrets.JUDGE_KEY}"}`,
      ],
    ],
  ],
  [
    'a Ray cluster',
    {},
    [
      ...['ablate', 'grid.json', '--out', 'planned', '--plan'],
      ...['--launcher', `{"name":"ray","address":"http://me:${secrets.JUDGE_KEY}@127.0.0.1:9"}`],
    ],
  ],
])('the address of %s with a password in it is refused, and not repeated', async (_, environment, args) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv('HF_HUB_CACHE', at('other-cache'));
  writeGrid();
  const { code, text } = await profit(...args.map((word) => (/^\w+\.jsonl?$/.test(word) ? at(word) : word)));
  expect(code, text).toBe(2);
  expectNoSecret(text);
});

function writeGrid(): void {
  const run = {
    model: 'model',
    data: { train: { name: 'hub', repository: 'acme/sums' } },
    ...{ steps: 1, batchSize: 4, learningRate: 0.01, checkpointSteps: 1 },
  };
  const evaluations = { heldOut: { evaluator: 'perplexity', data: 'train.jsonl' } };
  writeFileSync(at('grid.json'), JSON.stringify({ run, axes: { seed: [0] }, evaluations }));
}

test.each([
  ['slurm', '{"name": "slurm", "setup": ["module load nodejs"]}', 'sbatch --parsable'],
  ['ray', '{"name": "ray"}', '"env_vars":{"RAY_JOB_STOP_WAIT_TIME_S":"120"}'],
  ['local', 'local', 'node'],
])('what --plan shows of a submission to %s is all that is sent', async (_, launcher, part) => {
  writeGrid();
  const { code, text } = await profit(
    'ablate',
    at('grid.json'),
    '--out',
    at('planned'),
    '--launcher',
    launcher,
    '--plan',
  );
  expect(code, text).toBe(0);
  expect(text).toContain(part);
  expectNoSecret(text);
});

test('a run that fails because of its token: failure, log and report', { timeout: 600_000 }, async () => {
  writeGrid();
  vi.stubEnv('HF_TOKEN', `${secrets.HF_TOKEN}-wrong`);
  vi.stubEnv('HF_HUB_CACHE', at('other-cache'));
  const failed = await profit('ablate', at('grid.json'), '--out', at('failed'));
  expect(failed.code).not.toBe(0);
  const reported = await profit('report', at('failed'));
  expectNoSecret(failed.text, reported.text);
});

test('profit ablate: specifications, configurations, events, logs, results', { timeout: 600_000 }, async () => {
  writeGrid();
  const { code, text } = await profit('ablate', at('grid.json'), '--out', at('out'));
  expect(code, text).toBe(0);
  const written = readdirSync(at('out'), { recursive: true, encoding: 'utf8' }).map((path) =>
    path.split(/[/\\]/).pop(),
  );
  for (const name of [
    'specification.json',
    'run.json',
    'events.jsonl',
    'result.json',
    'log.txt',
    'trainer.json',
    'results.md',
  ]) {
    expect(written, name).toContain(name);
  }
  const reported = await profit('report', at('out'));
  expect(reported.code, reported.text).toBe(0);
  expect(readFileSync(at('out/report.html'), 'utf8')).toContain('profit train');
  expectNoSecret(text, reported.text);
});

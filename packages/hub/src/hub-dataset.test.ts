import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeDataset } from '@profit-sft/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { hub } from './hub-dataset.js';
import { hubSettings } from './hub-settings.js';
import { pullDataset } from './pull-dataset.js';
import { startLoopbackHub } from './testing-hub/loopback-hub.js';

const repository = 'openai/gsm8k';
const commit = 'd'.repeat(40);
const line = (question: string, answer: string): string => `${JSON.stringify({ question, answer })}\n`;
// The catalogue's globs ask for .parquet; its files are made here as another configuration, which the card declares.
const card =
  '---\nconfigs:\n- config_name: small\n  data_files:\n  - split: train\n    path: small/train*\n  - split: test\n    path: small/test*\n---\n';
const columns = { prompt: 'question', completion: 'answer' };

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), 'profit-hub-rows-'));
  const server = await startLoopbackHub({
    repository,
    commit,
    files: {
      'README.md': { content: card },
      'small/train.jsonl': { content: line('1+1', '2') + line('1+2', '3'), lfs: true },
      'small/test.jsonl': { content: line('2+2', '4') },
    },
  });
  const settings = hubSettings({ endpoint: server.endpoint, cacheFolder }, {});
  await pullDataset({ repository, config: 'small' }, { settings });
  await server.close();
  vi.stubEnv('HF_HUB_CACHE', cacheFolder);
  vi.stubEnv('HF_ENDPOINT', server.endpoint);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cacheFolder, { recursive: true });
});

describeDataset(hub, {
  options: { repository, config: 'small', split: 'train', columns },
  rows: 2,
  otherOptions: { repository: 'gsm8k', revision: commit, config: 'small', split: 'test', columns },
});

test('reads the pulled rows, by branch and by commit', async () => {
  const load = (options: object) => hub({ repository, config: 'small', split: 'train', columns, ...options }).load();
  const dataset = await load({});
  expect(dataset.row(1)).toEqual({ prompt: '1+2', completion: '3' });
  expect(dataset.origin(1)).toContain(`snapshots/${commit}/small/train.jsonl:2`);
  expect((await load({ revision: commit })).fingerprint).toBe(dataset.fingerprint);
  await expect(load({ revision: 'e'.repeat(40) })).rejects.toThrow('profit data pull openai/gsm8k --revision eeee');
  await expect(load({ split: undefined })).rejects.toThrow('several splits; say which with "split": train, test');
  await expect(hub({ repository: 'acme/other' }).load()).rejects.toThrow('Fetch it once where the Hub can be reached');
});

test('columns that make no row are refused before the cache is read', () => {
  expect(() => hub({ repository: 'acme/other', columns: { completion: 'q' } })).toThrow('data set "hub"');
});

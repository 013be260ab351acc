import { checkColumns, splitFiles } from '@profit-sft/datasets';
import { describe, expect, test } from 'vitest';
import { checkRepository, checkRevision } from '../repository-names.js';
import { catalogue, findEntry } from './catalogue.js';
import { entryConfigurations, type CatalogueEntry } from './catalogue-entry.js';
import { checkGate, resolveRequest } from './resolve-request.js';

const entries: readonly CatalogueEntry[] = catalogue;

describe.each(entries.map((entry) => [entry.name, entry] as const))('%s', (name, entry) => {
  test('is a possible request that leads to rows or says why not', () => {
    expect(() => checkRepository(entry.repository)).not.toThrow();
    if (entry.revision !== undefined) expect(() => checkRevision(entry.revision as string)).not.toThrow();
    expect(Object.keys(entry.splits)).toContain(entry.mainSplit);
    if (entry.columns === undefined) expect(entry.note).toMatch(/evaluator/);
    else expect(() => checkColumns(entry.columns as object, name)).not.toThrow();
  });

  test('finds a file for each split', () => {
    const files = Object.values(entry.splits).map((glob) => glob.replace(/\*(\.parquet)?$/, '00000-of-00001.parquet'));
    for (const [index, split] of Object.keys(entry.splits).entries()) {
      const request = { files, configurations: entryConfigurations(entry), split, name };
      expect(splitFiles(request)).toEqual([files[index]]);
    }
  });
});

test('names are told apart', () => {
  expect(new Set(entries.map(({ name }) => name)).size).toBe(entries.length);
});

describe('a name', () => {
  test('of the catalogue', () => {
    const { request, columns } = resolveRequest({ name: 'gsm8k', split: 'train' });
    expect(request).toMatchObject({ repository: 'openai/gsm8k', config: 'main', split: 'train' });
    expect(columns).toEqual({ prompt: 'question', completion: 'answer' });
  });

  test('of the catalogue, with another configuration: the card tells the files', () => {
    const resolved = resolveRequest({ name: 'infinity-instruct', config: '7M' });
    expect(resolved.request).toEqual({ repository: 'BAAI/Infinity-Instruct', config: '7M' });
    expect(resolved.columns).toBeUndefined();
  });

  test('of a repository, and one that is neither', () => {
    expect(resolveRequest({ name: 'acme/set', revision: 'v1' }).request).toEqual({
      repository: 'acme/set',
      revision: 'v1',
    });
    expect(() => resolveRequest({ name: 'gsm8' })).toThrow('Did you mean "gsm8k"?');
  });
});

test('a gated set says what to do before the Hub is asked, with a configuration for a file of one’s own', () => {
  const entry = findEntry('gpqa-diamond');
  expect(() => checkGate(entry, undefined)).toThrow(
    'accept its terms on https://huggingface.co/datasets/Idavidrein/gpqa and set HF_TOKEN',
  );
  expect(() => checkGate(entry, undefined)).toThrow('{"name":"file","path":"gpqa_diamond.csv"');
  expect(() => checkGate(entry, 'token')).not.toThrow();
  expect(() => checkGate(findEntry('gsm8k'), undefined)).not.toThrow();
});

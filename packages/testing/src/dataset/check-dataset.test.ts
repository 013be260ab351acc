import { type Dataset, type Row } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { checkFingerprintTells, checkOrigins, checkReload, checkRows, type AnyDatasetPlugin } from './check-dataset.js';

function datasetOf(parts: Partial<Dataset> & { rows?: unknown[] }): AnyDatasetPlugin {
  const { rows = [{ text: 'a' }, { text: 'b' }], ...rest } = parts;
  const row = (index: number): Row => {
    if (index < 0 || index >= rows.length) throw new RangeError('no such row');
    return rows[index] as Row;
  };
  const dataset: Dataset = {
    length: rows.length,
    row,
    origin: (index) => `made:${index}`,
    fingerprint: 'same',
    ...rest,
  };
  return Object.assign(() => ({ load: async () => dataset }), { pluginName: 'made' });
}

test('a data set that keeps the contract', async () => {
  const plugin = datasetOf({});
  await checkRows({ plugin }, 2);
  await checkOrigins({ plugin });
  await checkReload({ plugin });
});

describe('rows that are refused', () => {
  test.each<[unknown, RegExp]>([
    [null, /row\(0\) is null/],
    [{ question: 'q' }, /has the keys question/],
    [{ text: 'a', messages: [] }, /has the keys text, messages/],
    [{ messages: [] }, /not a list of at least one message/],
    [{ messages: [{ role: 'user' }] }, /messages\[0\] needs "role" and "content"/],
    [{ prompt: 'p', references: [] }, /at least one text/],
    [{ prompt: 3, completion: 'c' }, /"prompt" is not text/],
    [{ text: 'a', source: 3 }, /"source" is not text/],
  ])('%j', async (row, message) => {
    await expect(checkRows({ plugin: datasetOf({ rows: [row] }) })).rejects.toThrow(message);
  });
});

describe('data sets that are refused', () => {
  test('one with another number of rows', async () => {
    await expect(checkRows({ plugin: datasetOf({}) }, 3)).rejects.toThrow('expected 3 rows, got 2');
  });

  test('one that has rows beyond its end', async () => {
    const plugin = datasetOf({ row: () => ({ text: 'a' }) });
    await expect(checkRows({ plugin })).rejects.toThrow('row(-1) returns {"text":"a"}');
    const undefinedBeyond = datasetOf({ row: (index) => [{ text: 'a' }, { text: 'b' }][index] });
    await expect(checkRows({ plugin: undefinedBeyond })).rejects.toThrow('it has to throw');
  });

  test('one whose rows change', async () => {
    let asked = 0;
    await expect(checkRows({ plugin: datasetOf({ row: () => ({ text: `${++asked}` }) }) })).rejects.toThrow(
      'another one',
    );
    await expect(checkReload({ plugin: datasetOf({ row: () => ({ text: `${++asked}` }) }) })).rejects.toThrow(
      'other rows',
    );
  });

  test('one without origins', async () => {
    await expect(checkOrigins({ plugin: datasetOf({ origin: () => '' }) })).rejects.toThrow('origin(0) is ""');
    await expect(checkOrigins({ plugin: datasetOf({ origin: () => 'x' }) })).rejects.toThrow('rows 0 and 1');
  });

  test('one whose fingerprint says nothing', async () => {
    await expect(checkReload({ plugin: datasetOf({ fingerprint: '' }) })).rejects.toThrow('fingerprint is ""');
    let loaded = 0;
    const plugin = Object.assign(() => ({ load: () => datasetOf({ fingerprint: `${++loaded}` })().load() }), {
      pluginName: 'made',
    });
    await expect(checkReload({ plugin })).rejects.toThrow('another fingerprint');
    await expect(checkFingerprintTells({ plugin: datasetOf({}) }, {})).rejects.toThrow('the same fingerprint');
  });
});

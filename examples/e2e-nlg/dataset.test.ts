import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { dataFile, dataFolder } from './data-folder.js';
import e2eNlg from './dataset.js';
import references from './studies/references.js';

const there = existsSync(join(dataFolder, 'sft/e2e_nlg/devset.csv'));

describe.skipIf(!there)('E2E NLG (skipped where PROFIT_TEST_DATA is absent)', () => {
  test('one row for each meaning representation, none in both splits', async () => {
    const [dev, heldOut] = [await e2eNlg({ split: 'dev' }).load(), await e2eNlg({ split: 'test' }).load()];
    expect([dev.length, heldOut.length]).toEqual([547, 630]);
    const [first] = [dev.row(0)];
    expect(first).toMatchObject({ prompt: 'name[Alimentum], area[city centre], familyFriendly[no]' });
    expect('references' in first && first.references[1]).toBe(
      ' In the city centre there is a venue name Alimentum, this is not a family-friendly venue.',
    );
    const prompts = new Set(
      Array.from({ length: dev.length }, (_, row) => (dev.row(row) as { prompt: string }).prompt),
    );
    for (let row = 0; row < heldOut.length; row++) {
      expect(prompts.has((heldOut.row(row) as { prompt: string }).prompt)).toBe(false);
    }
  });
});

test.skipIf(there)('what is not there is named, with where it comes from', () => {
  expect(() => dataFile('sft/e2e_nlg/devset.csv')).toThrow(/tuetschek\/e2e-dataset.*PROFIT_TEST_DATA/);
});

test.skipIf(!there)('the text that nothing is trained on is the one after the most that are', () => {
  const { axes, evaluations } = references();
  const trained = Object.values(axes.training).map((keys) => keys['data.train.to']);
  expect(evaluations.unseen.data).toMatchObject({ from: Math.max(...trained), to: Math.max(...trained) + 1 });
  expect(evaluations.unseen.data.atLeast).toBeGreaterThan(Math.max(...trained));
});

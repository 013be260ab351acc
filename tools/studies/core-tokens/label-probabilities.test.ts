import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { labelProbabilities } from './label-probabilities.js';
import { bundledModel, wordProblems } from './labelled-data.js';

test('tokens of every draw with their labels, responses to one prompt together', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'profit-core-tokens-test-'));
  const draws = Object.fromEntries(
    [1, 2].map((seed) => [`seed ${seed}`, { name: 'word-problems', seed, count: 2, split: 'held-out', references: 3 }]),
  );
  try {
    const responses = await labelProbabilities({ ...wordProblems, draws }, bundledModel, folder);
    expect(responses.length).toBe(12);
    expect(new Set(responses.map(({ prompt }) => prompt)).size).toBe(4);
    for (const { labels, probabilities } of responses) {
      expect(probabilities.length).toBe(labels.length);
      expect(new Set(labels)).toEqual(new Set(['core', 'trivial']));
      for (const p of Array.from(probabilities)) expect(p >= 0 && p < 1 + 1e-5, String(p)).toBe(true);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { gsm8kPage } from './gsm8k-page.js';
import { evaluateGsm8k, gsm8kOptions, openStories, sharedData, type StoriesEvaluation } from './stories-evaluation.js';
import { throughputRounds, timedEvaluation } from './throughput.js';

describe.skipIf(!existsSync(join(sharedData, 'models')))(
  'stories260K on eight questions of GSM8K (skipped where PROFIT_TEST_DATA is absent)',
  () => {
    let stories: StoriesEvaluation;
    const folder = mkdtempSync(join(tmpdir(), 'profit-gsm8k-'));
    beforeAll(async () => {
      const all = await openStories();
      stories = { ...all, dataset: { ...all.dataset, length: 8 } };
    });
    afterAll(async () => {
      await stories.model.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    test('writes what generate writes, keeps it, and grades it', async () => {
      const answers = { file: join(folder, 'answers.jsonl'), model: 'stories260K' };
      const { result, seconds, generating } = await timedEvaluation(stories, answers.file);
      expect(generating).toBeGreaterThan(0);
      expect(generating).toBeLessThan(seconds);
      expect(result.metrics).toMatchObject({ questions: 8, items: 8, unanswered: 0, ungraded: 0 });
      expect(await evaluateGsm8k(stories, answers)).toEqual(result);
      const rounds = await throughputRounds(stories, 2, (part) => join(folder, `${part}.jsonl`));
      expect(rounds).toHaveLength(2);
      for (const { evaluation, samePrompts, raw, shortest } of rounds) {
        expect(evaluation.tokens).toBeGreaterThan(4);
        // The evaluator asks what the direct call asks; a stop string may end its answers earlier.
        expect(evaluation.tokens).toBeLessThanOrEqual(samePrompts.tokens);
        expect(raw.tokens).toBe(4 * gsm8kOptions.maxTokens);
        expect(shortest.tokens).toBe(raw.tokens);
      }
    }, 60_000);
  },
);

test('the page tells rates, shares and what differs', () => {
  const generated = (tokens: number) => ({ tokens, seconds: 2 });
  const round = {
    evaluation: generated(1600),
    samePrompts: generated(1800),
    raw: generated(2000),
    shortest: generated(4000),
  };
  const result = { metrics: { 'avg@1': 0.01, questions: 3, items: 3 }, items: [] };
  const killed = { kept: 1, answers: 3, result: { evaluator: 'gsm8k', ...result } };
  const page = gsm8kPage({
    machine: 'a machine',
    seconds: 2,
    promptTokens: 5,
    generating: 1.9,
    rounds: [round],
    result,
    killed,
    differing: 0,
  });
  expect(page).toContain('| the evaluation: prompts, answers file, grading | 800 | |');
  expect(page).toMatch(/raw batched decoding: .* \| 1,000 \| 80 % \(80 % to 80 %\) \|/);
  expect(page).toContain('95 % of the time is the engine');
  expect(page).toContain('| `avg@1` | 0.0100 |');
  expect(page).toContain('every text and every metric is the same');
  expect(
    gsm8kPage({
      machine: 'm',
      seconds: 2,
      generating: 1.9,
      promptTokens: 5,
      rounds: [round],
      result,
      killed,
      differing: 2,
    }),
  ).toContain('2 texts differ');
});

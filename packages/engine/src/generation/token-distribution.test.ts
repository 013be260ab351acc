import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '@profit-sft/core';
import { penaliseRepetition } from './penalise-repetition.js';
import { tokenDistribution, type Choice } from './token-distribution.js';

const all: Choice = { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };

/** By the logits processors of transformers; see tools/fixtures/make_sampling.py. */
const fixture = JSON.parse(readFileSync(new URL('../../fixtures/sampling.json', import.meta.url), 'utf8')) as {
  readonly vocabularySize: number;
  readonly cases: readonly {
    readonly options: Partial<Choice>;
    readonly context: readonly number[];
    readonly logits: readonly number[];
    readonly probabilities: readonly number[];
  }[];
};

function probabilities(logits: Float32Array, choice: Choice): Float64Array {
  const { ids, weights } = tokenDistribution(logits, choice);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const found = new Float64Array(logits.length);
  ids.forEach((id, index) => (found[id] = weights[index] / total));
  return found;
}

describe('the distribution of the next token is that of transformers', () => {
  test.each(fixture.cases.map((one) => [JSON.stringify(one.options), one] as const))('%s', (_name, one) => {
    const choice = { ...all, ...one.options };
    const logits = Float32Array.from(one.logits);
    penaliseRepetition(logits, new Set(one.context), choice.repetitionPenalty);
    const found = probabilities(logits, choice);
    one.probabilities.forEach((expected, id) => expect(Math.abs(found[id] - expected), `id ${id}`).toBeLessThan(1e-6));
    expect([...found].filter((p) => p > 0)).toHaveLength(one.probabilities.filter((p) => p > 0).length);
  });
});

/** The definition, by sorting everything. */
function bySorting(logits: Float32Array, { temperature, topP, topK, minP }: Choice): Float64Array {
  const order = [...logits.keys()].sort((a, b) => logits[b] - logits[a] || a - b);
  let kept = topK === 0 ? order : order.slice(0, topK);
  const weight = (id: number): number => Math.exp((logits[id] - logits[order[0]]) / temperature);
  const total = (ids: number[]): number => ids.reduce((sum, id) => sum + weight(id), 0);
  const mass = topP * total(kept);
  kept = kept.filter((_, place) => topP === 1 || place === 0 || total(kept.slice(0, place)) < mass);
  kept = kept.filter((id) => weight(id) >= minP);
  const found = new Float64Array(logits.length);
  for (const id of kept) found[id] = weight(id) / total(kept);
  return found;
}

test('a large vocabulary is cut as if it were sorted, equal logits by id', () => {
  const random = createRandom(5, 'logits');
  // Few different values: many are equal.
  const logits = Float32Array.from({ length: 2000 }, () => Math.round(8 * random.normal()) / 4);
  for (const part of [{ topK: 7 }, { topK: 300 }, { topK: 1500 }, { topP: 0.3 }, { topK: 40, topP: 0.5, minP: 0.4 }]) {
    const choice = { ...all, temperature: 0.8, ...part };
    const expected = bySorting(logits, choice);
    const found = probabilities(logits, choice);
    expect(
      [...found].findIndex((p, id) => Math.abs(p - expected[id]) > 1e-12),
      JSON.stringify(part),
    ).toBe(-1);
  }
});

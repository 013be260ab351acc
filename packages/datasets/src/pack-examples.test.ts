import { createRandom, type Example, type Random, type TokenBatch } from '@profit-sft/core';
import { describe, expect, test } from 'vitest';
import { packExamples } from './pack-examples.js';

function example(length: number, random: Random, row: number): Example {
  return {
    tokens: Int32Array.from({ length }, () => 1 + random.integer(1000)),
    target: Uint8Array.from({ length }, (_, index) => (index > 0 && random.next() < 0.5 ? 1 : 0)),
    row,
  };
}

function ofLengths(...lengths: number[]): Example[] {
  const random = createRandom(1, 'examples');
  return lengths.map((length, row) => example(length, random, row));
}

/** The sequences of a batch, read back from tokens, segments and positions; checks that these are consistent. */
function sequencesOf(batch: TokenBatch): { tokens: number[]; start: number }[] {
  const sequences: { tokens: number[]; start: number }[] = [];
  for (let row = 0; row < batch.rows; row++) {
    let segment = 0;
    for (let column = 0; column < batch.columns; column++) {
      const at = row * batch.columns + column;
      if (batch.segments[at] === 0) {
        // Padding only at the row's end.
        for (let rest = at; rest < (row + 1) * batch.columns; rest++) {
          expect([batch.segments[rest], batch.tokens[rest], batch.positions[rest]]).toEqual([0, 0, 0]);
        }
        break;
      }
      if (batch.segments[at] !== segment) {
        segment++;
        expect(batch.segments[at]).toBe(segment);
        sequences.push({ tokens: [], start: at });
      }
      const current = sequences[sequences.length - 1];
      expect(batch.positions[at]).toBe(current.tokens.length);
      current.tokens.push(batch.tokens[at]);
    }
  }
  return sequences;
}

function check(
  examples: readonly Example[],
  batches: readonly TokenBatch[],
  maxTokens: number,
  firstSequence: number,
): void {
  const seen = new Map<string, number>();
  const scoredSeen = new Map<number, string[]>();
  for (const batch of batches) {
    expect([batch.tokens.length, batch.segments.length, batch.positions.length]).toEqual(
      Array.from({ length: 3 }, () => batch.rows * batch.columns),
    );
    const sequences = sequencesOf(batch);
    for (const { tokens } of sequences) seen.set(tokens.join(), (seen.get(tokens.join()) ?? 0) + 1);
    if (batch.rows * batch.columns > maxTokens) {
      expect([batch.rows, sequences.length]).toEqual([1, 1]);
      expect(batch.columns).toBe(sequences[0].tokens.length);
    }
    const { scored } = batch;
    for (let i = 0; i < scored.length; i++) {
      if (i > 0) expect(scored.source[i]).toBeGreaterThan(scored.source[i - 1]);
      const source = scored.source[i];
      const next = source + 1;
      expect(batch.segments[next]).toBe(batch.segments[source]);
      expect(batch.positions[next]).toBe(batch.positions[source] + 1);
      expect(batch.tokens[next]).toBe(scored.target[i]);
      const index = scored.sequence[i] - firstSequence;
      expect(examples[index].target[batch.positions[next]]).toBe(1);
      expect(examples[index].tokens[batch.positions[next]]).toBe(scored.target[i]);
      const list = scoredSeen.get(index) ?? [];
      expect(scored.position[i]).toBe(list.length);
      list.push(`${batch.positions[next]}`);
      scoredSeen.set(index, list);
    }
  }
  const expected = new Map<string, number>();
  for (const { tokens } of examples) expected.set(tokens.join(), (expected.get(tokens.join()) ?? 0) + 1);
  expect(seen).toEqual(expected);
  examples.forEach(({ target }, index) => {
    const positions = [...target.keys()].filter((at) => at > 0 && target[at] === 1).map(String);
    expect(scoredSeen.get(index) ?? []).toEqual(positions);
  });
}

describe('random steps', () => {
  test.each([true, false])('packing %s: every token once, scored pairs right, no batch too large', (packing) => {
    const random = createRandom(3, 'packing', String(packing));
    for (let round = 0; round < 80; round++) {
      const count = random.integer(round % 10 === 0 ? 120 : 20);
      const longest = 1 + random.integer(80);
      const examples = Array.from({ length: count }, (_, row) => example(1 + random.integer(longest), random, row));
      const maxTokens = 1 + random.integer(300);
      const maxColumns = 1 + random.integer(100);
      const firstSequence = random.integer(5);
      const options = { maxTokens, packing, maxColumns, firstSequence };
      const batches = packExamples(examples, options);
      check(examples, batches, maxTokens, firstSequence);
      expect(packExamples(examples, options)).toEqual(batches);
      if (!packing) for (const batch of batches) expect(Math.max(...batch.segments)).toBe(1);
      const longestExample = Math.max(0, ...examples.map(({ tokens }) => tokens.length));
      const widest = Math.max(0, ...batches.map(({ columns }) => columns));
      if (packing) expect(widest).toBeLessThan(Math.max(maxColumns, longestExample) + 8);
    }
  });
});

const shapes = (batches: readonly TokenBatch[]): [number, number][] =>
  batches.map(({ rows, columns }) => [rows, columns]);
const padding = (batches: readonly TokenBatch[]): number =>
  batches.reduce((sum, { segments }) => sum + segments.filter((segment) => segment === 0).length, 0);

describe('layout', () => {
  test('short sequences share rows, which are no longer than they need be', () => {
    const options = { maxTokens: 2048, packing: true };
    expect(shapes(packExamples(ofLengths(100, 60, 40, 30, 26, 44), options))).toEqual([[3, 104]]);
    // One row without padding is better than two half-empty ones.
    expect(shapes(packExamples(ofLengths(40, 30, 10), options))).toEqual([[2, 40]]);
    expect(shapes(packExamples(ofLengths(40, 36, 4, 32), options))).toEqual([[3, 40]]);
  });

  test('rows are no longer than maxColumns, and about equally long', () => {
    const batches = packExamples(ofLengths(...Array.from({ length: 20 }, () => 30)), {
      maxTokens: 4096,
      packing: true,
      maxColumns: 512,
    });
    expect(padding(batches)).toBeLessThanOrEqual(40);
    for (const { columns } of batches) expect(columns).toBeLessThanOrEqual(512);
  });

  test('a sequence longer than a micro-batch has one of its own length', () => {
    const batches = packExamples(ofLengths(10, 301, 12), { maxTokens: 100, packing: true });
    expect(shapes(batches)).toEqual([
      [1, 301],
      [1, 24],
    ]);
  });

  test('a sequence longer than maxColumns has a longer row', () => {
    const batches = packExamples(ofLengths(100, 20), { maxTokens: 1000, packing: true, maxColumns: 50 });
    expect(Math.max(...batches.map(({ columns }) => columns))).toBe(104);
  });

  test('columns are multiples of 8 where that fits', () => {
    expect(shapes(packExamples(ofLengths(13), { maxTokens: 100, packing: false }))).toEqual([[1, 16]]);
    expect(shapes(packExamples(ofLengths(13), { maxTokens: 14, packing: false }))).toEqual([[1, 14]]);
    expect(shapes(packExamples(ofLengths(13, 13), { maxTokens: 26, packing: false }))).toEqual([[2, 13]]);
  });

  test('without packing, sequences of like length are padded together', () => {
    const batches = packExamples(ofLengths(500, 20, 480, 24, 16, 18), { maxTokens: 1024, packing: false });
    expect(shapes(batches)).toEqual([
      [2, 504],
      [4, 24],
    ]);
    expect([...new Set(batches.flatMap(({ scored }) => [...scored.sequence]))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('little padding on lengths as they come', () => {
    const random = createRandom(11, 'lengths');
    const examples = Array.from({ length: 512 }, (_, row) => example(20 + random.integer(200), random, row));
    const tokens = examples.reduce((sum, { tokens: ids }) => sum + ids.length, 0);
    expect(padding(packExamples(examples, { maxTokens: 2048, packing: true })) / tokens).toBeLessThan(0.05);
  });

  test('a large evaluation set at once', () => {
    const random = createRandom(12, 'many');
    const examples = Array.from({ length: 50_000 }, (_, row) => example(5 + random.integer(60), random, row));
    const batches = packExamples(examples, { maxTokens: 2048, packing: true });
    const tokens = examples.reduce((sum, { tokens: ids }) => sum + ids.length, 0);
    expect(batches.reduce((sum, batch) => sum + batch.rows * batch.columns, 0)).toBeLessThan(1.02 * tokens);
  });

  test('no examples, no batches; nonsense is refused', () => {
    expect(packExamples([], { maxTokens: 10, packing: true })).toEqual([]);
    expect(() => packExamples(ofLengths(0), { maxTokens: 10, packing: true })).toThrow('example 0 is empty');
    expect(() => packExamples([], { maxTokens: 0, packing: true })).toThrow('maxTokens');
  });
});

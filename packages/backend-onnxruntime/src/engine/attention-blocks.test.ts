import { describe, expect, test } from 'vitest';
import type { TokenBatch } from '@profit-sft/core';
import type { EngineModel } from '@profit-sft/engine';
import { batchOfSequences, relativeError } from '@profit-sft/testing';
import { openFixture } from '../testing/fixture-batch.js';
import { AttentionBlocks, type BlockSize } from './attention-blocks.js';

const sequence = (length: number, first: number): number[] => Array.from({ length }, (_, i) => (first + 7 * i) % 31);
const lengths = [13, 5, 21, 9];
const sequences = lengths.map((length, index) => sequence(length, 3 * index));

/** Whether `query` may look at `key`, by the definition. */
function sees({ columns, segments }: TokenBatch, query: number, key: number): boolean {
  const row = Math.floor(query / columns);
  return row === Math.floor(key / columns) && key <= query && segments[key] === segments[query];
}

const sizes: readonly (readonly [string, BlockSize])[] = [
  ['one block', { bytes: 2 ** 30, fewestQueries: 1 }],
  ['a row at a time', { bytes: 1, fewestQueries: 64 }],
  ['blocks of 8 queries', { bytes: 1, fewestQueries: 8 }],
  ['a query at a time', { bytes: 1, fewestQueries: 1 }],
];

describe.each(['packed', 'padded'] as const)('attention blocks of a %s batch', (layout) => {
  const batch = batchOfSequences(sequences, layout);

  test.each(sizes)('hold every query once and every key that it sees: %s', (_name, size) => {
    const blocks = new AttentionBlocks(batch, 2, size);
    const seen = new Uint8Array(batch.tokens.length);
    for (const block of blocks.all) {
      const mask = blocks.mask(block).data as Float32Array;
      for (let row = 0; row < block.rows; row++) {
        for (let query = 0; query < block.queries; query++) {
          const token = block.firstQuery + row * block.queries + query;
          seen[token] += 1;
          const visible: number[] = [];
          for (let key = 0; key < block.keys; key++) {
            const at = (row * block.queries + query) * block.keys + key;
            expect(mask[at] === 0 || mask[at] === Math.fround(-1e30)).toBe(true);
            if (mask[at] === 0) visible.push(block.firstKey + row * block.keys + key);
          }
          const wanted = Array.from(batch.tokens.keys()).filter((key) => sees(batch, token, key));
          expect(visible).toEqual(wanted);
        }
      }
    }
    expect([...seen].every((count) => count === 1)).toBe(true);
  });

  test('those that hold given queries are found', () => {
    const blocks = new AttentionBlocks(batch, 2, { bytes: 1, fewestQueries: 8 });
    const held = blocks.holding(Int32Array.of(9));
    expect(held).toHaveLength(1);
    expect(held[0].firstQuery).toBeLessThanOrEqual(9);
    expect(held[0].firstQuery + held[0].rows * held[0].queries).toBeGreaterThan(9);
    expect(blocks.holding(Int32Array.of())).toEqual([]);
  });

  test.each(['llama-tied', 'qwen3'])('give the same gradients whatever their size: %s', async (name) => {
    const gradientsOf = async (attentionBlock: BlockSize, activationMemoryBytes: number) => {
      const { model } = await openFixture(name, { attentionBlock, activationMemoryBytes });
      const result = await gradients(model, batch);
      await model.dispose();
      return result;
    };
    const expected = await gradientsOf(sizes[0][1], 0);
    for (const [, size] of sizes) {
      for (const memory of [0, 2 ** 30]) {
        const actual = await gradientsOf(size, memory);
        expect(relativeError(actual.logProb, expected.logProb)).toBeLessThan(1e-6);
        for (const [parameter, gradient] of actual.gradients) {
          expect(relativeError(gradient, expected.gradients.get(parameter) as Float32Array), parameter).toBeLessThan(
            1e-5,
          );
        }
      }
    }
  });
});

/** With weights on a few tokens only, so that some blocks of the last layer have none. */
async function gradients(model: EngineModel, batch: TokenBatch) {
  const forward = await model.forward(batch);
  const weights = Float32Array.from({ length: forward.signals.length }, (_, token) => (token % 11 === 3 ? 1 : 0));
  await model.backward(forward, weights);
  const copies = [...(await model.read('gradient'))].map(([name, gradient]) => [name, gradient.slice()] as const);
  return { logProb: forward.signals.logProb, gradients: new Map(copies) };
}

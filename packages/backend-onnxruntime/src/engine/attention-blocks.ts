import type { Tensor } from 'onnxruntime-node';
import type { TokenBatch } from '@profit-sft/core';
import { floatTensor } from '../runtime/onnx-runtime.js';
import { masked } from '@profit-sft/engine';
import { FloatBuffer } from './float-buffer.js';

/** A run of the attention programs: some queries, and the keys that any of them may see. Token indexes are flat. */
export interface AttentionBlock {
  /** Rows of the batch that run together; more than one only where each is taken whole. */
  readonly rows: number;
  readonly firstQuery: number;
  /** Queries of each row. */
  readonly queries: number;
  readonly firstKey: number;
  /** Keys of each row. */
  readonly keys: number;
}

/**
 * Bytes of scores in one block. They are passed over several times, so they should stay in the processor's cache; smaller
 * blocks leave more of what the causal mask hides uncomputed, and take more runs (measured from 1 to 16 MiB at
 * 9 heads × 512 tokens).
 */
const defaultBlockBytes = 4 * 2 ** 20;
/** Of a block; fewer make the matrix products inefficient. */
const defaultFewestQueries = 64;

export interface BlockSize {
  /** Bytes of scores. */
  readonly bytes: number;
  readonly fewestQueries: number;
}

/** Masks of a batch are kept up to this many bytes; beyond it each is written anew when it is needed. */
const keptMaskBytes = 16 * 2 ** 20;

/** What blocks depend on. */
type Layout = Pick<TokenBatch, 'rows' | 'columns' | 'segments'>;

/** First key that each token sees: the start of its segment, as a flat index. */
function segmentStarts({ rows, columns, segments }: Layout): Int32Array {
  const starts = new Int32Array(rows * columns);
  for (let at = 0; at < starts.length; at++) {
    const continued = at % columns !== 0 && segments[at] === segments[at - 1];
    starts[at] = continued ? starts[at - 1] : at;
  }
  return starts;
}

function blocksOf(
  { rows, columns }: Layout,
  starts: Int32Array,
  heads: number,
  { bytes, fewestQueries }: BlockSize,
): AttentionBlock[] {
  const perQuery = 4 * heads * columns;
  const queries = Math.max(fewestQueries, Math.floor(bytes / perQuery / fewestQueries) * fewestQueries);
  const blocks: AttentionBlock[] = [];
  if (queries >= columns) {
    const together = Math.max(1, Math.floor(bytes / (perQuery * columns)));
    for (let row = 0; row < rows; row += together) {
      const first = row * columns;
      const count = Math.min(together, rows - row);
      blocks.push({ rows: count, firstQuery: first, queries: columns, firstKey: first, keys: columns });
    }
    return blocks;
  }
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column += queries) {
      const firstQuery = row * columns + column;
      const count = Math.min(queries, columns - column);
      // Segments follow each other, so the first query's is the earliest.
      const firstKey = starts[firstQuery];
      blocks.push({ rows: 1, firstQuery, queries: count, firstKey, keys: firstQuery + count - firstKey });
    }
  }
  return blocks;
}

/** The attention of a batch of packed rows, cut into blocks: causal, and within each segment. */
export class AttentionBlocks {
  readonly all: readonly AttentionBlock[];
  private readonly starts: Int32Array;
  private readonly masks = new Map<AttentionBlock, Float32Array>();
  private readonly keepsMasks: boolean;
  private readonly scratch = new FloatBuffer();

  constructor(
    batch: Layout,
    heads: number,
    size: BlockSize = { bytes: defaultBlockBytes, fewestQueries: defaultFewestQueries },
  ) {
    this.starts = segmentStarts(batch);
    this.all = blocksOf(batch, this.starts, heads, size);
    const bytes = this.all.reduce((sum, { rows, queries, keys }) => sum + 4 * rows * queries * keys, 0);
    this.keepsMasks = bytes <= keptMaskBytes;
  }

  /** The blocks that hold any of the given queries. */
  holding(tokens: Int32Array): AttentionBlock[] {
    const wanted = new Uint8Array(this.starts.length);
    for (const token of tokens) wanted[token] = 1;
    return this.all.filter(({ rows, firstQuery, queries }) =>
      wanted.subarray(firstQuery, firstQuery + rows * queries).includes(1),
    );
  }

  /** What is added to the scores, [rows, queries, keys]; valid until the next call. */
  mask(block: AttentionBlock): Tensor {
    const { rows, firstQuery, queries, firstKey, keys } = block;
    const shape = [rows, queries, keys];
    const kept = this.masks.get(block);
    if (kept !== undefined) return floatTensor(kept, shape);
    const size = rows * queries * keys;
    const mask = this.keepsMasks ? new Float32Array(size) : this.scratch.take(size);
    mask.fill(masked);
    for (let row = 0; row < rows; row++) {
      for (let query = 0; query < queries; query++) {
        const token = firstQuery + row * queries + query;
        const rowStart = (row * queries + query) * keys - (firstKey + row * keys);
        mask.fill(0, rowStart + this.starts[token], rowStart + token + 1);
      }
    }
    if (this.keepsMasks) this.masks.set(block, mask);
    return floatTensor(mask, shape);
  }
}

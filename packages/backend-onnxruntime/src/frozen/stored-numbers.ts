import type { FrozenStorage } from '@profit-sft/engine';
import { floatToBfloat, floatToHalf } from '@profit-sft/models';
import { expandBytes, expandWords } from './expand-kernel.js';

/** A matrix (or vector: one row) that is held in few bits and used in float32. */
export interface StoredNumbers {
  readonly bytes: number;
  /** Writes rows to `into`, which is as long as they are. */
  expand(first: number, rows: number, into: Float32Array): void;
}

/** Numbers as `storage` has them; `float32` is not one to expand. */
export function storedNumbers(
  weights: Float32Array,
  columns: number,
  storage: Exclude<FrozenStorage, 'float32'>,
): StoredNumbers {
  return storage === 'int8' ? quantised(weights, columns) : narrowed(weights, columns, storage);
}

function narrowed(weights: Float32Array, columns: number, kind: 'float16' | 'bfloat16'): StoredNumbers {
  const words = new Uint16Array(weights.length);
  if (kind === 'float16') floatToHalf(weights, words);
  else floatToBfloat(weights, words);
  return {
    bytes: words.byteLength,
    expand: (first, rows, into) => expandWords(words.subarray(first * columns, (first + rows) * columns), into, kind),
  };
}

/** Absmax quantisation of each row (arXiv 2208.07339, section 2.1): round(127 x / max |x|), with max |x| / 127 kept in float32. */
function quantised(weights: Float32Array, columns: number): StoredNumbers {
  const bytes = new Int8Array(weights.length);
  const scales = new Float32Array(weights.length / columns);
  for (let row = 0; row < scales.length; row++) {
    const start = row * columns;
    let largest = 0;
    for (let i = start; i < start + columns; i++) largest = Math.max(largest, Math.abs(weights[i]));
    scales[row] = largest / 127;
    const factor = largest === 0 ? 0 : 127 / largest;
    for (let i = start; i < start + columns; i++) bytes[i] = Math.round(weights[i] * factor);
  }
  return {
    bytes: bytes.byteLength + scales.byteLength,
    expand: (first, rows, into) =>
      expandBytes(
        bytes.subarray(first * columns, (first + rows) * columns),
        scales.subarray(first, first + rows),
        into,
      ),
  };
}

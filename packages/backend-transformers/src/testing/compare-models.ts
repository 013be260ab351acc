import { modelSignalNames, type FrozenModel, type TokenBatch, type TokenSignals } from '@profit-sft/core';
import { openModel } from '@profit-sft/backend-onnxruntime';
import { packedRows } from './fixtures.js';

/** The model that was exported, on our own engine in this process. */
export function openOwn(directory: string): Promise<FrozenModel> {
  return openModel(directory, { threads: 1, activationMemoryBytes: 0, headMemoryBytes: 2 ** 28, saveDtype: 'F32' });
}

/**
 * Rows of several sequences, of the fixtures' vocabularies; targets are not all next to each other. Some are of like lengths, so that they are
 * padded to the longest, others are not.
 */
export const mixedBatch: TokenBatch = packedRows(
  [
    [
      [1, 5, 40, 33, 12, 7, 9, 21],
      [3, 9, 30],
      [2, 44, 44, 2, 8],
    ],
    [
      [6, 1, 22, 17, 35, 3],
      [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
    ],
    [
      [4, 31, 8, 2, 55, 6, 41, 12, 9, 3],
      [20, 7, 7, 38, 1, 50, 13, 26, 5, 11, 60],
    ],
  ],
  (index) => index > 1 && index !== 4,
);

/** The largest difference of each signal, relative where it is above 1. */
export function differences(actual: TokenSignals, expected: TokenSignals): Record<string, number> {
  const entries = [...modelSignalNames, 'crossEntropy' as const].map((name) => {
    const [own, other] = [actual[name], expected[name]];
    if ((own === undefined) !== (other === undefined) || own?.length !== other?.length) return [name, Infinity];
    const largest = own?.reduce(
      (most, value, index) =>
        Math.max(
          most,
          Math.abs(value - (other as Float32Array)[index]) / Math.max(1, Math.abs((other as Float32Array)[index])),
        ),
      0,
    );
    return [name, largest ?? 0];
  });
  return Object.fromEntries(entries) as Record<string, number>;
}

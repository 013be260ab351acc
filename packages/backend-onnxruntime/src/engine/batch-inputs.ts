import type { Tensor } from 'onnxruntime-node';
import type { TokenBatch } from '@profit-sft/core';
import { rotaryTables, type ModelConfig } from '@profit-sft/models';
import { floatTensor } from '../runtime/onnx-runtime.js';

/**
 * Added to the score of a token that must not be looked at. Large enough that its probability is exactly 0, and finite,
 * so that a row in which everything is masked (padding) stays finite too.
 */
export const masked = -1e30;

/** What every layer takes beside hidden states and weights. */
export interface BatchInputs {
  readonly cosine: Tensor;
  readonly sine: Tensor;
  readonly mask: Tensor;
}

/** Rotary tables and the causal, block-diagonal mask of a batch of packed rows. */
export function batchInputs(batch: TokenBatch, config: ModelConfig): BatchInputs {
  const { rows, columns, segments } = batch;
  const { cosine, sine } = rotaryTables(config, batch.positions);
  const mask = new Float32Array(rows * columns * columns).fill(masked);
  for (let row = 0; row < rows; row++) {
    let segmentStart = 0;
    for (let query = 0; query < columns; query++) {
      const at = row * columns + query;
      if (query > 0 && segments[at] !== segments[at - 1]) segmentStart = query;
      // Within a row a segment is one run of tokens, so what a token sees is one run up to itself.
      const start = at * columns;
      mask.fill(0, start + segmentStart, start + query + 1);
    }
  }
  const shape = [rows, columns, config.headSize];
  return {
    cosine: floatTensor(cosine, shape),
    sine: floatTensor(sine, shape),
    mask: floatTensor(mask, [rows, columns, columns]),
  };
}

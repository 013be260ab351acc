import type { TokenBatch } from '@profit-sft/core';
import { rotaryTables, type ModelConfig } from '@profit-sft/models';
import { floatTensor, type FloatTensor } from '../runtime/host-tensor.js';

/**
 * Added to the score of a token that must not be looked at. Large enough that its probability is exactly 0, and finite,
 * so that a row in which everything is masked (padding) stays finite too.
 */
export const masked = -1e30;

/** What every layer takes beside hidden states and weights. */
export interface BatchInputs extends RotaryInputs {
  readonly mask: FloatTensor;
}

/** None where positions are learned. */
export interface RotaryInputs {
  readonly cosine?: FloatTensor;
  /** (−sin, sin) over the halves of the last axis. */
  readonly signedSine?: FloatTensor;
}

/** Rotary tables of tokens at the given positions, [rows, columns, headSize]. */
export function rotaryInputs(config: ModelConfig, positions: Int32Array, rows: number, columns: number): RotaryInputs {
  if (config.positions === 'learned') return {};
  const { cosine, sine } = rotaryTables(config, positions);
  const { headSize } = config;
  for (let start = 0; start < sine.length; start += headSize) {
    for (let i = 0; i < headSize / 2; i++) sine[start + i] = -sine[start + i];
  }
  const shape = [rows, columns, headSize];
  return { cosine: floatTensor(cosine, shape), signedSine: floatTensor(sine, shape) };
}

/** Rotary tables and the causal, block-diagonal mask of a batch of packed rows. */
export function batchInputs(batch: TokenBatch, config: ModelConfig): BatchInputs {
  const { rows, columns, segments } = batch;
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
  return {
    ...rotaryInputs(config, batch.positions, rows, columns),
    mask: floatTensor(mask, [rows, columns, columns]),
  };
}

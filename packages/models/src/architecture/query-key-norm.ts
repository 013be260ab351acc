import type { Tensor } from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { rmsNorm } from './rms-norm.js';

/**
 * Queries or keys by head, normalised where the architecture has norms on them: each head by itself (Qwen3), or before
 * they are split the whole width, all heads together (OLMo 2, arXiv 2501.00656).
 *
 * @param x [tokens, heads·headSize]
 * @param weight of the norm, [headSize] or [heads·headSize]; `undefined`: there is none
 * @param split to any shape whose last axis is headSize
 */
export function splitAndNormalise(
  shape: Pick<DecoderShape, 'queryKeyNorm' | 'normEpsilon'>,
  x: Tensor,
  weight: Tensor | undefined,
  split: (x: Tensor) => Tensor,
): Tensor {
  if (weight === undefined) return split(x);
  if (shape.queryKeyNorm === 'width') return split(rmsNorm(x, weight, shape.normEpsilon));
  return rmsNorm(split(x), weight, shape.normEpsilon);
}

import type { Tensor } from '@profit-sft/graph';
import type { DecoderShape } from './decoder-shape.js';
import { layerNorm } from './layer-norm.js';
import { rmsNorm } from './rms-norm.js';

/** The architecture's norm over the last axis; only layer norm has a bias. */
export function normalise(
  { norm, normEpsilon }: Pick<DecoderShape, 'norm' | 'normEpsilon'>,
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
): Tensor {
  if (norm === 'rootMeanSquare') return rmsNorm(x, weight, normEpsilon);
  if (bias === undefined) throw new Error('layer norm needs a bias');
  return layerNorm(x, weight, bias, normEpsilon);
}

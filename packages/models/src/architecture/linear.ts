import { add, matmul, multiply, type Tensor } from '@profit-sft/graph';
import type { LinearLayout } from '../checkpoint/parameter-layout.js';

/** Adds scale · (x ∘ mask) downᵀ upᵀ to a linear map of x; see `LayerAdapters`. */
export interface LinearAdapter {
  /** A, [rank, in] */
  readonly down: Tensor;
  /** B, [out, rank] */
  readonly up: Tensor;
  readonly scale: number;
  /** [tokens, in] */
  readonly mask: Tensor | undefined;
}

/** A linear map of x [tokens, in] with a weight in either layout, a bias where there is one, and an adapter where there is one. */
export function linear(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  layout: LinearLayout,
  adapter?: LinearAdapter,
): Tensor {
  const product = matmul(x, weight, { transposeB: layout === 'output, input' });
  const result = bias === undefined ? product : add(product, bias);
  if (adapter === undefined) return result;
  const { down, up, scale, mask } = adapter;
  const reduced = matmul(mask === undefined ? x : multiply(x, mask), down, { transposeB: true });
  // The product first: a runtime that adds while it multiplies takes the first operand for that.
  return add(matmul(reduced, up, { transposeB: true, scale }), result);
}

import { add, matmul, type Tensor } from '@profit-sft/graph';
import type { LinearLayout } from '../checkpoint/parameter-layout.js';

/** A linear map of x [tokens, in] with a weight in either layout, and a bias where there is one. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | undefined, layout: LinearLayout): Tensor {
  const product = matmul(x, weight, { transposeB: layout === 'output, input' });
  return bias === undefined ? product : add(product, bias);
}

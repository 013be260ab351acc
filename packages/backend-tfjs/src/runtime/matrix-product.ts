import { engine, getKernel, type Tensor } from '@tensorflow/tfjs-core';
import type { MatmulOptions } from '@profit-sft/graph';
import { runKernel, tensorOf } from './kernels.js';
import { fastMatMul } from '../kernels/kernel-names.js';

/** a · b over the last two axes, with transposes and a factor; by our own kernel where the backend has it. */
export function matrixProduct(
  a: Tensor,
  b: Tensor,
  { transposeA, transposeB, scale }: Required<MatmulOptions>,
): Tensor {
  const kernel = getKernel(fastMatMul, engine().backendName) === undefined ? 'BatchMatMul' : fastMatMul;
  const product = (left: Tensor, right: Tensor): Tensor =>
    runKernel(kernel, { a: left, b: right }, { transposeA, transposeB });
  if (scale === 1) return product(a, b);
  // The factor goes where the fewest elements are.
  const factor = tensorOf(Float32Array.of(scale), []);
  const times = (x: Tensor): Tensor => runKernel('Multiply', { a: x, b: factor });
  const temporaries = [factor];
  try {
    const rows = a.shape[transposeA ? a.rank - 1 : a.rank - 2];
    const inner = a.shape[transposeA ? a.rank - 2 : a.rank - 1];
    const columns = b.shape[transposeB ? b.rank - 2 : b.rank - 1];
    if (inner <= rows && inner <= columns) {
      const scaled = times(rows < columns ? a : b);
      temporaries.push(scaled);
      return rows < columns ? product(scaled, b) : product(a, scaled);
    }
    const unscaled = product(a, b);
    temporaries.push(unscaled);
    return times(unscaled);
  } finally {
    for (const tensor of temporaries) tensor.dispose();
  }
}

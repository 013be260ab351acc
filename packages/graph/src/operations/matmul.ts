import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';

export interface MatmulOptions {
  /** Use the last two axes of `a` swapped. */
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** Factor on the product; 1 where absent. */
  readonly scale?: number;
}

/**
 * Matrix product over the last two axes; the leading axes of both are equal. The transposes and the scale are part of
 * the operation because every matrix library takes them in without another pass over memory.
 */
export function matmul(a: Tensor, b: Tensor, options: MatmulOptions = {}): Tensor {
  const transposeA = options.transposeA === true;
  const transposeB = options.transposeB === true;
  const scale = options.scale ?? 1;
  if (!Number.isFinite(scale)) throw new Error(`matmul: scale ${scale} is not finite`);
  const rank = a.shape.length;
  const text = `[${a.shape.join(', ')}]${transposeA ? 'ᵀ' : ''} · [${b.shape.join(', ')}]${transposeB ? 'ᵀ' : ''}`;
  if (a.type !== 'float' || b.type !== 'float') throw new Error(`matmul: ${text} is not float`);
  if (rank < 2 || b.shape.length !== rank) throw new Error(`matmul: ${text} needs equal ranks of at least 2`);
  const rows = a.shape[transposeA ? rank - 1 : rank - 2];
  const inner = a.shape[transposeA ? rank - 2 : rank - 1];
  const innerB = b.shape[transposeB ? rank - 1 : rank - 2];
  const columns = b.shape[transposeB ? rank - 2 : rank - 1];
  const batch = a.shape.slice(0, -2);
  if (inner !== innerB || batch.join() !== b.shape.slice(0, -2).join()) throw new Error(`matmul: ${text} does not fit`);
  return a.graph.apply('matmul', { type: 'float', shape: [...batch, rows, columns] }, [a, b], {
    transposeA,
    transposeB,
    scale,
  });
}

/** A matrix [rows, columns] as [columns, rows]. */
function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const result = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[j * rows + i] = matrix[i * columns + j];
  }
  return result;
}

export const matmulOperations: readonly Operation[] = [
  {
    name: 'matmul',
    gradient(node, cotangent) {
      const [a, b] = node.inputs;
      const { transposeA, transposeB, scale } = node.attributes as Required<MatmulOptions>;
      return [
        transposeA
          ? matmul(b, cotangent, { transposeA: transposeB, transposeB: true, scale })
          : matmul(cotangent, b, { transposeB: !transposeB, scale }),
        transposeB
          ? matmul(cotangent, a, { transposeA: true, transposeB: transposeA, scale })
          : matmul(a, cotangent, { transposeA: !transposeA, scale }),
      ];
    },
    evaluate([a, b], node) {
      const { transposeA, transposeB, scale } = node.attributes as Required<MatmulOptions>;
      const rank = a.shape.length;
      const [rows, columns] = node.shape.slice(-2);
      const inner = a.shape[transposeA ? rank - 2 : rank - 1];
      const batch = node.shape.slice(0, -2).reduce((product, size) => product * size, 1);
      const result = new Float64Array(batch * rows * columns);
      const [aRow, aInner] = transposeA ? [1, rows] : [inner, 1];
      for (let n = 0; n < batch; n++) {
        const own = b.data.subarray(n * inner * columns, (n + 1) * inner * columns);
        // With the columns side by side, the innermost loop passes over memory in order.
        const factors = transposeB ? transposed(own, columns, inner) : own;
        for (let i = 0; i < rows; i++) {
          const row = result.subarray((n * rows + i) * columns, (n * rows + i + 1) * columns);
          for (let k = 0; k < inner; k++) {
            const factor = a.data[n * rows * inner + i * aRow + k * aInner];
            for (let j = 0; j < columns; j++) row[j] += factor * factors[k * columns + j];
          }
          if (scale !== 1) for (let j = 0; j < columns; j++) row[j] *= scale;
        }
      }
      return result;
    },
  },
];

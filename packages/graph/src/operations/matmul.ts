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
      const [bInner, bColumn] = transposeB ? [1, inner] : [columns, 1];
      for (let n = 0; n < batch; n++) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            let sum = 0;
            for (let k = 0; k < inner; k++) {
              sum +=
                a.data[n * rows * inner + i * aRow + k * aInner] *
                b.data[n * inner * columns + k * bInner + j * bColumn];
            }
            result[(n * rows + i) * columns + j] = scale * sum;
          }
        }
      }
      return result;
    },
  },
];

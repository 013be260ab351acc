import { type KernelConfig, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core';
import { fastMatMul } from './kernel-names.js';
import { transposeMatrix } from './transpose-matrix.js';
import { floatsAt, offsetOf, wasmKernels, withMemory, withView, type WasmKernels } from './wasm-backend.js';

type BatchMatMul = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: boolean,
  transposeB: boolean,
  out: number,
) => void;

/** Of the backend that was set up last; a process has one. */
let batchMatMul: BatchMatMul;

interface Attributes {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

const shapeBytes = (...shape: number[]): Uint8Array => new Uint8Array(Int32Array.from(shape).buffer);

/** Below this many rows or columns a matrix is not worth the packing of the fast product. */
const fewestRows = 4;
const fewestProducts = 4096;

/**
 * Matrix products of equal leading axes, rank ≥ 2. TensorFlow.js hands a single product without transposes to XNNPACK, which is
 * some fifteen times as fast as the plain loops that it uses for batches and transposes. So a batch goes product by product, each on
 * views of its operands' memory, and what is to be transposed is copied transposed before.
 */
function multiply({ inputs, attrs, backend: anyBackend }: Parameters<KernelFunc>[0]): TensorInfo {
  const backend = wasmKernels(anyBackend);
  const { a, b } = inputs as Record<'a' | 'b', TensorInfo>;
  const { transposeA, transposeB } = attrs as unknown as Attributes;
  const rank = a.shape.length;
  const [rows, inner] = transposeA ? [a.shape[rank - 1], a.shape[rank - 2]] : a.shape.slice(-2);
  const columns = b.shape[transposeB ? rank - 2 : rank - 1];
  const leading = a.shape.slice(0, -2);
  const count = leading.reduce((product, size) => product * size, 1);
  const result = backend.makeOutput([...leading, rows, columns], 'float32');
  const size = { rows, inner, columns };
  if (rows < fewestRows || columns < fewestRows || rows * inner * columns < fewestProducts) {
    plainProducts(backend, a, b, result, { transposeA, transposeB, count, ...size });
    return result;
  }
  const [aSize, bSize, resultSize] = [rows * inner, inner * columns, rows * columns];
  const [aStart, bStart, resultStart] = [a, b, result].map((info) => offsetOf(backend, info));
  withMemory(backend, transposeA ? aSize : 0, (turnedA) =>
    withMemory(backend, transposeB ? bSize : 0, (turnedB) => {
      for (let n = 0; n < count; n++) {
        const aOffset = aStart + 4 * n * aSize;
        const bOffset = bStart + 4 * n * bSize;
        if (transposeA) transpose(backend, aOffset, inner, rows, turnedA);
        if (transposeB) transpose(backend, bOffset, columns, inner, turnedB);
        fastProduct(
          backend,
          transposeA ? turnedA : aOffset,
          transposeB ? turnedB : bOffset,
          resultStart + 4 * n * resultSize,
          size,
        );
      }
    }),
  );
  return result;
}

interface Size {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

function transpose(backend: WasmKernels, from: number, rows: number, columns: number, to: number): void {
  const size = rows * columns;
  transposeMatrix(floatsAt(backend, from, size), rows, columns, floatsAt(backend, to, size));
}

/** One product of matrices at these places, by XNNPACK. */
function fastProduct(backend: WasmKernels, a: number, b: number, out: number, { rows, inner, columns }: Size): void {
  withView(backend, a, rows * inner, (aId) =>
    withView(backend, b, inner * columns, (bId) =>
      withView(backend, out, rows * columns, (outId) =>
        batchMatMul(aId, shapeBytes(1, rows, inner), 3, bId, shapeBytes(1, inner, columns), 3, false, false, outId),
      ),
    ),
  );
}

/** All products of a batch by TensorFlow.js' own loops. */
function plainProducts(
  backend: WasmKernels,
  a: TensorInfo,
  b: TensorInfo,
  result: TensorInfo,
  { transposeA, transposeB, count, rows, inner, columns }: Attributes & Size & { readonly count: number },
): void {
  const [aStart, bStart, resultStart] = [a, b, result].map((info) => offsetOf(backend, info));
  const aShape = transposeA ? shapeBytes(count, inner, rows) : shapeBytes(count, rows, inner);
  const bShape = transposeB ? shapeBytes(count, columns, inner) : shapeBytes(count, inner, columns);
  withView(backend, aStart, count * rows * inner, (aId) =>
    withView(backend, bStart, count * inner * columns, (bId) =>
      withView(backend, resultStart, count * rows * columns, (outId) =>
        batchMatMul(aId, aShape, 3, bId, bShape, 3, transposeA, transposeB, outId),
      ),
    ),
  );
}

export const wasmMatMul: KernelConfig = {
  kernelName: fastMatMul,
  backendName: 'wasm',
  setupFunc(backend) {
    batchMatMul = wasmKernels(backend).wasm.cwrap('BatchMatMul', null, [
      ...(['number', 'array', 'number', 'number', 'array', 'number', 'number', 'number', 'number'] as const),
    ]) as BatchMatMul;
  },
  kernelFunc: multiply,
};

// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- other packages compile this file by its import alone
/// <reference path="../optimizer/webassembly.d.ts" />
import { expandKernelBinary } from './expand-kernel-binary.js';

interface KernelExports {
  readonly memory: WebAssembly.Memory;
  expandBfloat(count: number): void;
  expandHalf(count: number): void;
  expandBytes(rows: number, columns: number): void;
}

/** Elements that are expanded at a time: source and target stay within a core's second-level cache. */
const chunk = 16_384;

interface Kernel {
  readonly run: KernelExports;
  readonly words: Uint16Array;
  readonly bytes: Int8Array;
  readonly scales: Float32Array;
  readonly target: Float32Array;
}

let instance: Kernel | undefined;

function kernel(): Kernel {
  if (instance === undefined) {
    const module = new WebAssembly.Module(Buffer.from(expandKernelBinary, 'base64'));
    const run = new WebAssembly.Instance(module).exports as unknown as KernelExports;
    const { buffer } = run.memory;
    instance = {
      run,
      words: new Uint16Array(buffer, 0, chunk),
      bytes: new Int8Array(buffer, 0, chunk),
      scales: new Float32Array(buffer, 65_536, chunk),
      target: new Float32Array(buffer, 131_072, chunk),
    };
  }
  return instance;
}

/** F16 or bfloat16 to float32, exactly. */
export function expandWords(source: Uint16Array, into: Float32Array, kind: 'float16' | 'bfloat16'): void {
  const { run, words, target } = kernel();
  for (let start = 0; start < source.length; start += chunk) {
    const count = Math.min(chunk, source.length - start);
    words.set(source.subarray(start, start + count));
    if (kind === 'float16') run.expandHalf(count);
    else run.expandBfloat(count);
    into.set(target.subarray(0, count), start);
  }
}

/** Rows of signed bytes, each times its scale. */
export function expandBytes(source: Int8Array, scales: Float32Array, into: Float32Array): void {
  const { run, bytes, scales: givenScales, target } = kernel();
  const columns = source.length / scales.length;
  const expand = (start: number, rows: number, width: number): void => {
    const count = rows * width;
    bytes.set(source.subarray(start, start + count));
    run.expandBytes(rows, width);
    into.set(target.subarray(0, count), start);
  };
  if (columns > chunk) {
    for (let row = 0; row < scales.length; row++) {
      givenScales[0] = scales[row];
      for (let column = 0; column < columns; column += chunk) {
        expand(row * columns + column, 1, Math.min(chunk, columns - column));
      }
    }
    return;
  }
  const together = Math.floor(chunk / columns);
  for (let row = 0; row < scales.length; row += together) {
    const rows = Math.min(together, scales.length - row);
    givenScales.set(scales.subarray(row, row + rows));
    expand(row * columns, rows, columns);
  }
}

import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { OutputError, writeError } from '@profit-sft/core';
import type { WritableDtype } from './dtype.js';
import { floatToBfloat, floatToHalf } from './float-conversion.js';
import { lengthBytes, maxHeaderBytes } from './parse-header.js';

/** A tensor to write. */
export type TensorToWrite = {
  readonly name: string;
  readonly shape: readonly number[];
} & (
  | {
      /** Element type in the file; F16 and BF16 round to nearest, ties to even. */
      readonly dtype: WritableDtype;
      readonly data: Elements<Float32Array>;
    }
  | { readonly dtype: 'F64'; readonly data: Elements<Float64Array> }
);

/** The elements, row-major, or where to get them when their turn comes, so that only one tensor is in memory. */
type Elements<T> = T | (() => T | Promise<T>);

/** Elements converted or written per call. */
const sliceElements = 1 << 20;

/**
 * Writes a safetensors file: header padded to 8 bytes, tensors of wider element types first, so that every tensor is
 * aligned. The bytes go to a neighbouring file that is flushed to disk and then renamed, so `path` is either complete
 * or untouched. `metadata` gets `format: 'pt'` unless it has its own `format`; transformers refuses files without it.
 * Throws {@link OutputError} when the file cannot be written, and when a finite value is too large for its element type.
 */
export async function writeSafetensors(
  path: string,
  entries: Iterable<TensorToWrite>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const tensors = [...entries].sort((a, b) => bytesOf(b.dtype) - bytesOf(a.dtype));
  const header = encodeHeader(tensors, { format: 'pt', ...metadata });
  const partial = `${path}.partial-${process.pid}`;
  let handle: FileHandle | undefined;
  try {
    handle = await open(partial, 'w');
    await writeFully(handle, header);
    for (const tensor of tensors) await writeTensor(handle, path, tensor);
    await handle.sync();
    await handle.close();
    handle = undefined;
    await rename(partial, path);
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw writeError(path, error);
  }
}

function bytesOf(dtype: TensorToWrite['dtype']): number {
  return { F64: 8, F32: 4, F16: 2, BF16: 2 }[dtype];
}

function elementsOf(tensor: TensorToWrite): number {
  return tensor.shape.reduce((product, size) => product * size, 1);
}

function encodeHeader(tensors: readonly TensorToWrite[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const infos = new Map<string, unknown>([['__metadata__', metadata]]);
  let offset = 0;
  for (const tensor of tensors) {
    if (infos.has(tensor.name)) throw new RangeError(`two tensors to write have the name "${tensor.name}"`);
    const end = offset + elementsOf(tensor) * bytesOf(tensor.dtype);
    if (!Number.isSafeInteger(end)) throw new RangeError(`tensor "${tensor.name}" has an impossible shape`);
    infos.set(tensor.name, { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [offset, end] });
    offset = end;
  }
  // Object.fromEntries defines properties, so that a tensor named __proto__ stays data.
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(infos)));
  const padded = Math.ceil(json.byteLength / 8) * 8;
  if (padded > maxHeaderBytes) throw new RangeError(`too many tensors: the header would take ${padded} bytes`);
  const header = new Uint8Array(lengthBytes + padded).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, lengthBytes);
  return header;
}

async function writeTensor(handle: FileHandle, path: string, tensor: TensorToWrite): Promise<void> {
  const data = typeof tensor.data === 'function' ? await tensor.data() : tensor.data;
  if (data.length !== elementsOf(tensor)) {
    const shape = tensor.shape.join(', ');
    throw new RangeError(`tensor "${tensor.name}" of shape [${shape}] has ${data.length} elements`);
  }
  const converted = new Uint16Array(
    tensor.dtype === 'F16' || tensor.dtype === 'BF16' ? Math.min(sliceElements, data.length) : 0,
  );
  for (let first = 0; first < data.length; first += sliceElements) {
    const slice = data.subarray(first, Math.min(first + sliceElements, data.length));
    // F32 and F64 are written as they are in memory.
    if (slice instanceof Float64Array || tensor.dtype === 'F32') {
      await writeFully(handle, new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength));
      continue;
    }
    const overflow = tensor.dtype === 'F16' ? floatToHalf(slice, converted) : floatToBfloat(slice, converted);
    if (overflow >= 0) {
      throw new OutputError(
        path,
        `tensor "${tensor.name}" has the value ${slice[overflow]}, which is too large for ${tensor.dtype}; ` +
          `write it as ${tensor.dtype === 'F16' ? 'BF16 or F32' : 'F32'}`,
      );
    }
    await writeFully(handle, new Uint8Array(converted.buffer, 0, slice.length * 2));
  }
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    done += (await handle.write(bytes, done, bytes.byteLength - done)).bytesWritten;
  }
}

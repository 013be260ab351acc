import { open, type FileHandle } from 'node:fs/promises';
import { isFloatDtype, type FloatDtype } from './dtype.js';
import { bfloatToFloat, halfToFloat } from './float-conversion.js';
import { headerLength, lengthBytes, parseHeader, type TensorEntry } from './parse-header.js';
import { InvalidSafetensorsError } from './safetensors-error.js';

/** An open safetensors file: its header in memory, its tensors on disk until they are read. */
export interface SafetensorsFile {
  readonly path: string;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  /** `__metadata__` of the header. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The tensor's bytes as they are in the file (little-endian, row-major). */
  read(name: string): Promise<Uint8Array>;
  /**
   * The tensor as float32, from F32, F16 or BF16 exactly, from F64 rounded to nearest. Reads in slices, into `into`
   * (as long as the tensor) when given. Throws {@link InvalidSafetensorsError} for other element types.
   */
  readFloat32(name: string, into?: Float32Array): Promise<Float32Array>;
  /** The tensor as float64, from each of these types exactly; otherwise as `readFloat32`. */
  readFloat64(name: string, into?: Float64Array): Promise<Float64Array>;
  close(): Promise<void>;
}

/** Elements converted at a time: small enough to stay in cache, large enough that the calls do not count. */
const sliceElements = 1 << 18;

/** Bytes per read call; a single call cannot read more than 2 GiB. */
const maxReadBytes = 1 << 26;

/**
 * Opens a safetensors file and validates its header. The file stays open until `close`.
 * Throws {@link InvalidSafetensorsError}.
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const handle = await openForReading(path);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new InvalidSafetensorsError(path, 'Unreadable', 'is not a file');
    const start = new Uint8Array(Math.min(lengthBytes, stats.size));
    await readFully(handle, path, start, 0);
    const header = new Uint8Array(headerLength(start, stats.size, path));
    await readFully(handle, path, header, lengthBytes);
    return fileOf(path, handle, parseHeader(header, stats.size, path));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function fileOf(
  path: string,
  handle: FileHandle,
  header: Pick<SafetensorsFile, 'tensors' | 'metadata'>,
): SafetensorsFile {
  const entryOf = (name: string): TensorEntry => {
    const entry = header.tensors.get(name);
    if (entry === undefined) {
      throw new InvalidSafetensorsError(path, 'TensorNotFound', 'is not in the file', { tensor: name });
    }
    return entry;
  };
  const floatEntryOf = (name: string): { dtype: FloatDtype; length: number; byteOffset: number } => {
    const { dtype, shape, byteOffset } = entryOf(name);
    if (!isFloatDtype(dtype)) {
      const message = `has dtype ${dtype}, which cannot be used as weights; needed: F32, F16, BF16 or F64`;
      throw new InvalidSafetensorsError(path, 'UnsupportedDtype', message, { tensor: name });
    }
    return { dtype, length: shape.reduce((product, size) => product * size, 1), byteOffset };
  };
  return {
    path,
    ...header,
    async read(name) {
      const entry = entryOf(name);
      const bytes = new Uint8Array(entry.byteLength);
      await readFully(handle, path, bytes, entry.byteOffset, name);
      return bytes;
    },
    async readFloat32(name, into) {
      const { dtype, length, byteOffset } = floatEntryOf(name);
      const target = into ?? new Float32Array(length);
      checkLength(name, length, target);
      if (dtype === 'F32') {
        const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
        await readFully(handle, path, bytes, byteOffset, name);
      } else {
        await readConverted(handle, path, name, dtype, byteOffset, target);
      }
      return target;
    },
    async readFloat64(name, into) {
      const { dtype, length, byteOffset } = floatEntryOf(name);
      const target = into ?? new Float64Array(length);
      checkLength(name, length, target);
      if (dtype === 'F64') {
        const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
        await readFully(handle, path, bytes, byteOffset, name);
      } else {
        target.set(await this.readFloat32(name));
      }
      return target;
    },
    close: () => handle.close(),
  };
}

function checkLength(name: string, length: number, target: { readonly length: number }): void {
  if (target.length === length) return;
  throw new RangeError(`tensor "${name}" has ${length} elements, the array to read into has ${target.length}`);
}

async function readConverted(
  handle: FileHandle,
  path: string,
  name: string,
  dtype: Exclude<FloatDtype, 'F32'>,
  byteOffset: number,
  target: Float32Array,
): Promise<void> {
  const elementBytes = dtype === 'F64' ? 8 : 2;
  const buffer = new ArrayBuffer(Math.min(sliceElements, target.length) * elementBytes);
  for (let first = 0; first < target.length; first += sliceElements) {
    const count = Math.min(sliceElements, target.length - first);
    const bytes = new Uint8Array(buffer, 0, count * elementBytes);
    await readFully(handle, path, bytes, byteOffset + first * elementBytes, name);
    const slice = target.subarray(first, first + count);
    if (dtype === 'F64') slice.set(new Float64Array(buffer, 0, count));
    else if (dtype === 'F16') halfToFloat(new Uint16Array(buffer, 0, count), slice);
    else bfloatToFloat(new Uint16Array(buffer, 0, count), slice);
  }
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const message = missing ? 'does not exist' : `cannot be opened (${(cause as Error).message})`;
    throw new InvalidSafetensorsError(path, 'Unreadable', message, { cause });
  }
}

/** Fills `bytes` from `position`; a file that ends early (cut off while it was open) is an error, never zeros. */
async function readFully(
  handle: FileHandle,
  path: string,
  bytes: Uint8Array,
  position: number,
  tensor?: string,
): Promise<void> {
  let done = 0;
  while (done < bytes.byteLength) {
    const length = Math.min(maxReadBytes, bytes.byteLength - done);
    let bytesRead: number;
    try {
      ({ bytesRead } = await handle.read(bytes, done, length, position + done));
    } catch (cause) {
      const message = `cannot be read (${(cause as Error).message})`;
      throw new InvalidSafetensorsError(path, 'Unreadable', message, { tensor, cause });
    }
    if (bytesRead === 0) {
      throw new InvalidSafetensorsError(path, 'Unreadable', 'ends before its bytes do; the file was cut off', {
        tensor,
      });
    }
    done += bytesRead;
  }
}

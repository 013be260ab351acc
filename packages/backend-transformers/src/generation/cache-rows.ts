import type { LibraryTensor, TransformersLibrary } from '../installation/library.js';
import type { KeyValueCache } from '../model/exported-model.js';

type Numbers = Float32Array | Uint16Array;
type MakeTensor = TransformersLibrary['Tensor'];

/** Keys or values of one layer as the library keeps them: [rows, heads, columns, headSize]. */
interface Part {
  readonly type: string;
  readonly data: Numbers;
  readonly dims: readonly number[];
}

/** Rows of a cache, without the first `from` columns. */
export function keptRows(
  Tensor: MakeTensor,
  cache: KeyValueCache,
  rows: readonly number[],
  from: number,
): KeyValueCache {
  return mapped(cache, (tensor) => {
    const part = tensor as Part;
    const columns = part.dims[2] - from;
    const kept = room(part, rows.length, columns);
    rows.forEach((row, to) => copyRow(part, row, from, kept, to, 0));
    return new Tensor(kept.type, kept.data, kept.dims);
  });
}

/** The rows of both, padded on the left to the columns of the longer. */
export function joinedRows(Tensor: MakeTensor, first: KeyValueCache, second: KeyValueCache): KeyValueCache {
  return mapped(first, (tensor, name) => {
    const parts = [tensor, second[name]] as Part[];
    const columns = Math.max(...parts.map(({ dims }) => dims[2]));
    const joined = room(parts[0], parts[0].dims[0] + parts[1].dims[0], columns);
    let to = 0;
    for (const part of parts) {
      for (let row = 0; row < part.dims[0]; row++) copyRow(part, row, 0, joined, to++, columns - part.dims[2]);
    }
    return new Tensor(joined.type, joined.data, joined.dims);
  });
}

function mapped(cache: KeyValueCache, change: (tensor: LibraryTensor, name: string) => LibraryTensor): KeyValueCache {
  return Object.fromEntries(Object.entries(cache).map(([name, tensor]) => [name, change(tensor, name)]));
}

function room({ type, data, dims }: Part, rows: number, columns: number): Part {
  const Array = data.constructor as new (length: number) => Numbers;
  return { type, data: new Array(rows * dims[1] * columns * dims[3]), dims: [rows, dims[1], columns, dims[3]] };
}

/** Copies the columns of a row from `from` on to another's from `start` on. */
function copyRow(source: Part, row: number, from: number, target: Part, to: number, start: number): void {
  const [, heads, columns, width] = source.dims;
  for (let head = 0; head < heads; head++) {
    const own = source.data.subarray(
      ((row * heads + head) * columns + from) * width,
      (row * heads + head + 1) * columns * width,
    );
    target.data.set(own, ((to * heads + head) * target.dims[2] + start) * width);
  }
}

import { createRequire } from 'node:module';

/** The part of the class that reads lengths of vectors; see its `byte-buffer.ts`. */
interface ByteBuffer {
  capacity(): number;
  __vector_len(offset: number): number;
}

let isBounded = false;

/**
 * Makes Arrow's metadata reader refuse vectors that claim more elements than their message has bytes. It checks nothing itself and would make that many
 * objects, of a damaged length until the memory is full. Elements have a byte at least, so that no whole file is refused.
 */
export function boundFlatbuffers(): void {
  if (isBounded) return;
  isBounded = true;
  const arrow = createRequire(import.meta.url).resolve('apache-arrow');
  // The copy that Arrow itself loads, whichever version that is.
  const { ByteBuffer } = createRequire(arrow)('flatbuffers') as { ByteBuffer: { prototype: ByteBuffer } };
  const { prototype } = ByteBuffer;
  const lengthAt = Reflect.get(prototype, '__vector_len') as ByteBuffer['__vector_len'];
  prototype.__vector_len = function (offset) {
    const length = lengthAt.call(this, offset);
    if (length < 0 || length > this.capacity()) throw new RangeError(`it claims a list of ${length} elements`);
    return length;
  };
}

/**
 * Decompresses LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md and lz4_Block_format.md), as Arrow
 * files hold them. Checksums are passed over. Throws a `RangeError` for what is cut short or refers to nothing.
 */
export function decompressLz4Frame(frame: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  let output = new Uint8Array(Math.max(64, 4 * frame.length));
  let length = 0;
  const reserve = (count: number): void => {
    if (length + count <= output.length) return;
    const larger = new Uint8Array(Math.max(2 * output.length, length + count));
    larger.set(output.subarray(0, length));
    output = larger;
  };
  const byteAt = (position: number): number => {
    if (position >= frame.length) throw new RangeError('the LZ4 data end too early');
    return frame[position];
  };
  /** A length of 15 goes on in further bytes, for as long as they are 255. */
  const extended = (nibble: number, position: number): [count: number, position: number] => {
    let count = nibble;
    if (nibble < 15) return [count, position];
    for (let byte = 255; byte === 255;) count += byte = byteAt(position++);
    return [count, position];
  };
  const copyLiterals = (from: number, count: number): void => {
    if (from + count > frame.length) throw new RangeError('the LZ4 data end too early');
    reserve(count);
    output.set(frame.subarray(from, from + count), length);
    length += count;
  };
  /** A block may copy from the blocks before it, so all of them share one output. */
  const decodeBlock = (start: number, end: number): void => {
    for (let position = start; position < end;) {
      const token = byteAt(position++);
      let literals: number;
      [literals, position] = extended(token >> 4, position);
      copyLiterals(position, literals);
      position += literals;
      if (position >= end) return;
      const offset = byteAt(position) | (byteAt(position + 1) << 8);
      position += 2;
      if (offset === 0 || offset > length) throw new RangeError('the LZ4 data refer to what is not there');
      let match: number;
      [match, position] = extended(token & 15, position);
      match += 4;
      reserve(match);
      // Byte by byte: a match may overlap what it writes.
      for (; match > 0; match--, length++) output[length] = output[length - offset];
    }
  };

  if (frame.length < 7 || view.getUint32(0, true) !== 0x184d2204) throw new RangeError('no LZ4 frame');
  const flags = frame[4];
  const [hasSize, hasDictionary, blockChecksums] = [flags & 8, flags & 1, flags & 16];
  let position = 4 + 2 + (hasSize ? 8 : 0) + (hasDictionary ? 4 : 0) + 1;
  for (;;) {
    if (position + 4 > frame.length) throw new RangeError('the LZ4 data end too early');
    const header = view.getUint32(position, true);
    position += 4;
    if (header === 0) return output.slice(0, length);
    const size = header & 0x7fffffff;
    if (position + size > frame.length) throw new RangeError('the LZ4 data end too early');
    if (header >>> 31 === 1) copyLiterals(position, size);
    else decodeBlock(position, position + size);
    position += size + (blockChecksums ? 4 : 0);
  }
}

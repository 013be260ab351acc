/**
 * Conversions between 32-bit floats and their 16-bit relatives, exact in both directions (IEEE 754 round to nearest,
 * ties to even; signed zeros, subnormals, infinities and the signs of NaNs kept). Elements only: the caller slices.
 */

/** IEEE 754 binary16 to float32, exact. `target[i] = source[i]` for the length of `source`. */
export function halfToFloat(source: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, source.length);
  for (let i = 0; i < source.length; i++) {
    const half = source[i];
    const sign = (half & 0x8000) << 16;
    const magnitude = half & 0x7fff;
    if (magnitude >= 0x7c00) {
      bits[i] = sign | 0x7f800000 | ((magnitude & 0x3ff) << 13);
    } else if (magnitude >= 0x400) {
      // Exponent bias 127 − 15 = 112.
      bits[i] = sign | ((magnitude << 13) + 0x38000000);
    } else {
      target[i] = magnitude * 2 ** -24;
      bits[i] |= sign;
    }
  }
}

/** bfloat16 to float32: its upper half. */
export function bfloatToFloat(source: Uint16Array, target: Float32Array): void {
  const bits = new Uint32Array(target.buffer, target.byteOffset, source.length);
  for (let i = 0; i < source.length; i++) bits[i] = source[i] << 16;
}

/**
 * float32 to IEEE 754 binary16. Returns the index of the first finite value whose magnitude rounds to infinity
 * (65520 and above), or −1.
 */
export function floatToHalf(source: Float32Array, target: Uint16Array): number {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  let firstOverflow = -1;
  for (let i = 0; i < source.length; i++) {
    const sign = (bits[i] >>> 16) & 0x8000;
    const magnitude = bits[i] & 0x7fffffff;
    let half: number;
    if (magnitude > 0x7f800000) {
      // Bit 0x200 makes the NaN quiet, so that it never becomes an infinity when its payload's top bits are 0.
      half = 0x7e00 | ((magnitude >>> 13) & 0x3ff);
    } else if (magnitude >= 0x477ff000) {
      half = 0x7c00;
      if (magnitude !== 0x7f800000 && firstOverflow < 0) firstOverflow = i;
    } else if (magnitude >= 0x38800000) {
      half = (magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13;
    } else {
      const shift = 126 - (magnitude >>> 23);
      if (shift > 24) {
        // Below 2^-25, half of the smallest subnormal.
        half = 0;
      } else {
        const significand = (magnitude & 0x7fffff) | 0x800000;
        const rest = significand & ((1 << shift) - 1);
        const middle = 1 << (shift - 1);
        half = significand >>> shift;
        if (rest > middle || (rest === middle && (half & 1) === 1)) half++;
      }
    }
    target[i] = sign | half;
  }
  return firstOverflow;
}

/** float32 to bfloat16. Returns the index of the first finite value that rounds to infinity, or −1. */
export function floatToBfloat(source: Float32Array, target: Uint16Array): number {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length);
  let firstOverflow = -1;
  for (let i = 0; i < source.length; i++) {
    const value = bits[i];
    const magnitude = value & 0x7fffffff;
    if (magnitude > 0x7f800000) {
      target[i] = (value >>> 16) | 0x40;
    } else {
      if (magnitude >= 0x7f7f8000 && magnitude !== 0x7f800000 && firstOverflow < 0) firstOverflow = i;
      target[i] = (value + 0x7fff + ((value >>> 16) & 1)) >>> 16;
    }
  }
  return firstOverflow;
}

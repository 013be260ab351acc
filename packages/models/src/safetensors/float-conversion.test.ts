import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { bfloatToFloat, floatToBfloat, floatToHalf, halfToFloat } from './float-conversion.js';
import { openSafetensors } from './open-safetensors.js';

const fixtures = fileURLToPath(new URL('../../fixtures/float-conversion/', import.meta.url));
const every = Uint16Array.from({ length: 0x10000 }, (_, i) => i);

/** The value of a binary16 by its definition. */
function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const isNan = (bits: number, infinity: number): boolean => (bits & 0x7fff) > infinity;

describe('16-bit to float32', () => {
  it('is exact for every binary16', () => {
    const floats = new Float32Array(every.length);
    halfToFloat(every, floats);
    expect(every.findIndex((half) => !Object.is(floats[half], halfValue(half)))).toBe(-1);
  });

  it('puts a bfloat16 in the upper half, for all of them', () => {
    const floats = new Float32Array(every.length);
    bfloatToFloat(every, floats);
    const bits = new Uint32Array(floats.buffer);
    expect(every.findIndex((value) => bits[value] !== value * 0x10000)).toBe(-1);
  });

  it('writes only as many elements as the source has', () => {
    const floats = new Float32Array([9, 9, 9]);
    halfToFloat(Uint16Array.of(0x3c00), floats.subarray(1));
    expect([...floats]).toEqual([9, 1, 9]);
  });
});

describe('float32 to 16-bit', () => {
  it('gives every 16-bit value back', () => {
    const floats = new Float32Array(every.length);
    const back = new Uint16Array(every.length);
    halfToFloat(every, floats);
    floatToHalf(floats, back);
    expect(every.findIndex((half) => back[half] !== half && !isNan(half, 0x7c00))).toBe(-1);
    expect(every.findIndex((half) => isNan(half, 0x7c00) && !isNan(back[half], 0x7c00))).toBe(-1);
    bfloatToFloat(every, floats);
    floatToBfloat(floats, back);
    expect(every.findIndex((value) => back[value] !== value && !isNan(value, 0x7f80))).toBe(-1);
    expect(every.findIndex((value) => isNan(value, 0x7f80) && !isNan(back[value], 0x7f80))).toBe(-1);
  });

  it.each(['torch', 'numpy'])('rounds as %s does: ties, subnormals, overflow, NaN', async (library) => {
    const file = await openSafetensors(join(fixtures, `${library}.safetensors`));
    const source = await file.readFloat32('source');
    expect(source.length).toBeGreaterThan(2000);
    const converted = new Uint16Array(source.length);
    const wrong = (expected: Uint16Array, infinity: number): number =>
      source.findIndex((value, i) =>
        Number.isNaN(value) ? !isNan(converted[i], infinity) : converted[i] !== expected[i],
      );
    floatToHalf(source, converted);
    expect(wrong(new Uint16Array((await file.read('half')).buffer), 0x7c00)).toBe(-1);
    if (library === 'torch') {
      floatToBfloat(source, converted);
      expect(wrong(new Uint16Array((await file.read('bfloat')).buffer), 0x7f80)).toBe(-1);
    }
    await file.close();
  });

  it('keeps a NaN whose payload is in its lowest bits a NaN, with its sign', () => {
    const source = new Float32Array(Uint32Array.of(0x7f800001, 0xff800001).buffer);
    const converted = new Uint16Array(2);
    expect(floatToHalf(source, converted)).toBe(-1);
    expect([...converted]).toEqual([0x7e00, 0xfe00]);
    expect(floatToBfloat(source, converted)).toBe(-1);
    expect([...converted]).toEqual([0x7fc0, 0xffc0]);
  });

  it('reports the first finite value that becomes infinite', () => {
    const target = new Uint16Array(4);
    expect(floatToHalf(Float32Array.of(Infinity, 65519.99, -65520, 1e9), target)).toBe(2);
    expect([...target]).toEqual([0x7c00, 0x7bff, 0xfc00, 0x7c00]);
    expect(floatToBfloat(Float32Array.of(-Infinity, 3.3895e38, 3.4028235e38, 0), target)).toBe(2);
    expect([...target]).toEqual([0xff80, 0x7f7f, 0x7f80, 0]);
  });
});

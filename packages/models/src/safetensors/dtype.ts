/** Bits per element of every element type that the safetensors format knows. */
const bitsOf = {
  BOOL: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
  U8: 8,
  I8: 8,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  C64: 64,
  F64: 64,
  I64: 64,
  U64: 64,
} as const;

export type SafetensorsDtype = keyof typeof bitsOf;

/** Element types that are read as numbers; the rest can be read as bytes only. */
export type FloatDtype = 'F16' | 'BF16' | 'F32' | 'F64';

/** Element types that weights are written in. */
export type WritableDtype = 'F32' | 'F16' | 'BF16';

export const safetensorsDtypes = Object.keys(bitsOf) as readonly SafetensorsDtype[];

export function isSafetensorsDtype(value: unknown): value is SafetensorsDtype {
  return typeof value === 'string' && Object.hasOwn(bitsOf, value);
}

export function isFloatDtype(dtype: SafetensorsDtype): dtype is FloatDtype {
  return dtype === 'F32' || dtype === 'BF16' || dtype === 'F16' || dtype === 'F64';
}

/** Size of one element in bits (types narrower than a byte are packed). */
export function bitsPerElement(dtype: SafetensorsDtype): number {
  return bitsOf[dtype];
}

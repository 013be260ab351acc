import fc, { type Arbitrary } from 'fast-check';

/** A change of a byte string. Places are fractions of its length, so that they fit whatever came of the changes before. */
type Mutation =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'replace'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'delete'; readonly at: number; readonly count: number }
  | { readonly kind: 'truncate'; readonly at: number }
  | { readonly kind: 'duplicate'; readonly at: number; readonly count: number; readonly times: number }
  | { readonly kind: 'splice'; readonly at: number; readonly seed: number; readonly from: number };

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Pieces at which parsers have failed: huge numbers, nesting, bytes that are no UTF-8, NUL, names of the prototype. */
const hostilePieces: readonly Uint8Array[] = [
  ...['1e999', '-1e999', '99999999999999999999', '-1', '0.1', '18446744073709551615', 'NaN', 'null', '[]', '{}', '""'],
  ...['__proto__', 'constructor', 'prototype', '../../../../etc/passwd', '..\\..\\x', '/etc/passwd', 'C:\\x', '\0'],
  ...[
    '\ufeff',
    '\u2028',
    '\ud83d\ude00',
    '"',
    '\\',
    '\n',
    '\r\n',
    ',',
    ':',
    '{{',
    '}}',
    '{%',
    '%}',
    '{#',
    '*a',
    '&a ',
    '<<: ',
  ],
  ...['['.repeat(20_000), '{"a":'.repeat(20_000), '('.repeat(5_000), '- '.repeat(5_000), '{{'.repeat(5_000)],
  ...[`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'a'.repeat(50_000), '9'.repeat(5_000), ' '.repeat(50_000)],
].map(bytesOf);
const hostileBytes = [
  ...hostilePieces,
  ...[[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf8, 0x88], [0x00], [0x80], [0x7f, 0xff, 0xff, 0xff]].map((bytes) =>
    Uint8Array.from(bytes),
  ),
  new Uint8Array(8).fill(0xff),
  new Uint8Array(64),
];

const piece = fc.oneof(
  fc.constantFrom(...hostileBytes),
  fc.uint8Array({ minLength: 1, maxLength: 12 }),
  // Lengths and counts of binary formats.
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((value) => {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    return bytes;
  }),
);
/** Not `fc.double`, which favours numbers near 0: every change would be of the first byte. */
const place = fc.nat(999_999).map((millionths) => millionths / 1_000_000);

const mutation: Arbitrary<Mutation> = fc.oneof(
  // The smallest changes are those after which most of a file still makes sense.
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('flip' as const), at: place, bit: fc.nat(7) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('replace' as const), at: place, bytes: piece }) },
  fc.record({ kind: fc.constant('insert' as const), at: place, bytes: piece }),
  fc.record({ kind: fc.constant('delete' as const), at: place, count: fc.integer({ min: 1, max: 64 }) }),
  fc.record({ kind: fc.constant('truncate' as const), at: place }),
  fc.record({
    kind: fc.constant('duplicate' as const),
    at: place,
    count: fc.integer({ min: 1, max: 256 }),
    times: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({ kind: fc.constant('splice' as const), at: place, seed: fc.nat(1000), from: place }),
);

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function mutated(bytes: Uint8Array, change: Mutation, seeds: readonly Uint8Array[]): Uint8Array {
  const at = Math.floor(change.at * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  switch (change.kind) {
    case 'flip': {
      // Not `slice`, which for a Buffer is a view: the seed would be changed for good.
      const copy = Uint8Array.from(bytes);
      if (at < copy.length) copy[at] ^= 1 << change.bit;
      return copy;
    }
    case 'replace':
      return joined(before, change.bytes, after.subarray(change.bytes.length));
    case 'insert':
      return joined(before, change.bytes, after);
    case 'delete':
      return joined(before, after.subarray(change.count));
    case 'truncate':
      return before;
    case 'duplicate':
      return joined(before, ...Array<Uint8Array>(change.times).fill(after.subarray(0, change.count)), after);
    case 'splice': {
      const other = seeds[change.seed % seeds.length];
      return joined(before, other.subarray(Math.floor(change.from * other.length)));
    }
  }
}

/** One of the seeds with up to four changes; fewer changes are simpler, and none is the seed itself. */
export function mutatedBytes(seeds: readonly (Uint8Array | string)[]): Arbitrary<Uint8Array> {
  const all = seeds.map((seed) => (typeof seed === 'string' ? bytesOf(seed) : seed));
  return fc
    .tuple(fc.constantFrom(...all), fc.array(mutation, { maxLength: 4 }))
    .map(([seed, changes]) => changes.reduce((bytes, change) => mutated(bytes, change, all), seed));
}

/** A deterministic source of random numbers. Equal seeds and streams give equal numbers on every machine. */
export interface Random {
  /** Uniform in [0, 1), 53 bits. */
  next(): number;
  /** Uniform integer in [0, limit). */
  integer(limit: number): number;
  /** Standard normal (Box and Muller), by `Math.log` and `Math.cos`: equal on every machine with the same JavaScript engine. */
  normal(): number;
}

/** A multiply-xorshift hash of a string's UTF-16 units with MurmurHash3's 32-bit finaliser: spreads near seeds far apart. */
function hashString(text: string, seed: number): number {
  let hash = seed >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * xoshiro128** (Blackman and Vigna, 2018), seeded by hashing `seed` and the stream's name. A stream is named by what
 * it is for (`createRandom(seed, 'shuffle', epoch)`), so that a resumed run asks for the same stream and needs no
 * saved generator state.
 */
export function createRandom(seed: number, ...stream: (string | number)[]): Random {
  const key = JSON.stringify([seed, ...stream]);
  let [a, b, c, d] = [1, 2, 3, 4].map((lane) => hashString(key, lane * 0x9e3779b9));
  if ((a | b | c | d) === 0) a = 1;
  const nextUint32 = (): number => {
    const product = Math.imul(b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result;
  };
  const next = (): number => ((nextUint32() >>> 5) * 67108864 + (nextUint32() >>> 6)) / 9007199254740992;
  return {
    next,
    integer: (limit) => Math.floor(next() * limit),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  };
}

/** A Fisher–Yates permutation of 0 … length − 1. */
export function permutation(length: number, random: Random): Int32Array {
  const order = Int32Array.from({ length }, (_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

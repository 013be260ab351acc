/**
 * What bounds the work on one answer. Model output may be anything: a megabyte of digits, ten thousand brackets, a tower of
 * powers. Lengths are in UTF-16 units.
 */
export const limits = {
  /** An answer is looked for in this much of the end of a response. */
  searchedText: 20_000,
  /** A longer answer is not read. */
  answer: 2_000,
  /** Brackets, braces and environments within each other. The parser's time grows exponentially in nested exponents. */
  nesting: 12,
  /** Bars `|`, which have no opening and closing form, so that every pairing is tried. */
  bars: 16,
  /** Depth of a parsed expression; `-` before `-` needs no brackets. Functions that walk one call themselves. */
  depth: 100,
  /** Separators in an answer: members of a list, parts of a union, terms of a relation; and entries of a matrix. */
  members: 200,
  /** Size of the integers of exact arithmetic, in bits. */
  exactBits: 16_384,
  /** Names in one expression that is compared at sample points. */
  symbols: 40,
} as const;

/** Time for one pair of answers where the caller says nothing else, in milliseconds. */
export const defaultTimeLimit = 500;

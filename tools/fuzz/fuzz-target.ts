import { type Arbitrary } from 'fast-check';

/** A parser of data from outside, and what is fed to it. */
export interface FuzzTarget {
  /** Its name in commands and tables. */
  readonly name: string;
  /** What it reads, for people. */
  readonly reads: string;
  /** Where it is, from the root of the repository. */
  readonly source: string;
  readonly inputs: Arbitrary<Uint8Array>;
  /** How many times as many inputs it is given as others; default 1. For parsers that touch no file and take microseconds. */
  readonly times?: number;
  /**
   * Parses one input. Gives the value, or throws a `ProfitError`; anything else that it throws is a finding.
   *
   * @param folder an empty folder for files, the same for every input
   */
  parse(input: Uint8Array, folder: string): unknown;
}

/** Processor time that one input may take, in milliseconds. Inputs are some kilobytes long; the first of some also loads a language model or a library. */
export const longestParse = 5_000;

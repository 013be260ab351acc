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
  /**
   * Parses one input. Gives the value, or throws a `ProfitError`; anything else that it throws is a finding.
   *
   * @param folder an empty folder for files, the same for every input
   */
  parse(input: Uint8Array, folder: string): unknown;
}

/** Processor time that one input may take, in milliseconds. Inputs are some kilobytes long. */
export const longestParse = 2_000;

const marker = Symbol.for('@profit-sft/error');

/** What went wrong, by the part of a run that a person has to look at; each has an exit code of its own. */
export const exitCodes = {
  /** A defect of ours: nothing the user did. */
  internal: 1,
  /** The configuration or the command line. */
  config: 2,
  /** A data file: missing, malformed, empty. */
  data: 3,
  /** A model directory: weights, `config.json`, tokenizer. */
  model: 4,
  /** NaN or infinity in a loss or gradient. */
  numeric: 5,
  /** The output directory: exists already, cannot be written. */
  output: 6,
  /** A runtime or optional package that is not installed or does not work here. */
  backend: 7,
  /** Stopped by Ctrl-C after a checkpoint was written. */
  interrupted: 130,
} as const;

export type ErrorKind = keyof typeof exitCodes;

/**
 * Base of every error that ProFit raises on purpose. Its message says what is wrong, where, and what to do.
 * `isInstance` works across duplicate installs of the package, where `instanceof` does not.
 */
export class ProfitError extends Error {
  readonly [marker] = true;
  readonly kind: ErrorKind;

  constructor(kind: ErrorKind, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.kind = kind;
  }

  /** The exit code of the `profit` command when this error ends it. */
  get exitCode(): number {
    return exitCodes[this.kind];
  }

  static isInstance(value: unknown): value is ProfitError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[marker] === true;
  }
}

/** A program to run. */
export interface PythonProgram {
  readonly source: string;
  /** The program's `__name__`; default `__main__`. */
  readonly moduleName?: string;
  /** Most wall-clock time of the program itself, in seconds; starting the interpreter does not count. */
  readonly timeoutSeconds: number;
}

/**
 * How a program ended. `completed`: it ran to its end. `raised`: it ended with an exception, or left with `sys.exit` or
 * `os._exit`. `timeout`: it was stopped. `memory`: it was stopped because it took too much memory; where Python noticed by itself, it `raised` a
 * `MemoryError`. `crashed`: the interpreter broke.
 */
export type PythonOutcome = (typeof pythonOutcomes)[number];

export const pythonOutcomes = ['completed', 'raised', 'timeout', 'memory', 'crashed'] as const;

export interface PythonResult {
  readonly outcome: PythonOutcome;
  /** Of a program that did not complete: its exception with the first line of its message, or what stopped it; at most 500 characters. */
  readonly error?: string;
  /** What it wrote to standard output and standard error, in order; at most 64 Ki characters. */
  readonly output: string;
  /** Characters of output that were dropped. */
  readonly droppedOutput: number;
  /** Wall-clock time of the program, in seconds. */
  readonly seconds: number;
}

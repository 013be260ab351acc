import {
  BackendUnavailableError,
  InterruptedError,
  InvalidConfigError,
  InvalidDataError,
  InvalidModelError,
  MemoryLimitError,
  NonFiniteError,
  OutOfMemoryError,
  OutputError,
  ProfitError,
  UnknownPluginError,
  type ErrorKind,
} from '@profit-sft/core';

/** An error as plain data. Structured cloning alone would lose class and fields. */
export interface SerialisedError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The names of its class and of those that it extends. */
  readonly classes: readonly string[];
  /** Set for a `ProfitError`. */
  readonly kind: ErrorKind | undefined;
  /** Its other own properties as far as they are data, e.g. `file`, or `code` of a system error. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly cause: SerialisedError | undefined;
}

const known: Readonly<Record<string, { readonly prototype: ProfitError }>> = {
  BackendUnavailableError,
  InterruptedError,
  InvalidConfigError,
  InvalidDataError,
  InvalidModelError,
  MemoryLimitError,
  NonFiniteError,
  OutOfMemoryError,
  OutputError,
  UnknownPluginError,
};

/** Causes beyond are left out; an error may even cause itself. */
const deepestCause = 10;

export function serialiseError(thrown: unknown, depth = 0): SerialisedError {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { name, message, stack, cause } = error;
  const own = Object.entries(error).filter(([key, value]) => !['name', 'kind'].includes(key) && isData(value));
  return {
    ...{ name, message, stack },
    classes: classesOf(error),
    kind: ProfitError.isInstance(error) ? error.kind : undefined,
    fields: Object.fromEntries(own),
    cause: cause === undefined || depth === deepestCause ? undefined : serialiseError(cause, depth + 1),
  };
}

/** The error again; a class that core does not have becomes the nearest one that it extends. */
export function deserialiseError({ name, message, stack, classes, kind, fields, cause }: SerialisedError): Error {
  const options = cause === undefined ? {} : { cause: deserialiseError(cause) };
  const error = kind === undefined ? new Error(message, options) : new ProfitError(kind, message, options);
  // Their constructors make messages of parts; here the message is there already.
  const nearest = classes.find((className) => Object.hasOwn(known, className));
  if (kind !== undefined && nearest !== undefined) Object.setPrototypeOf(error, known[nearest].prototype);
  const hidden = { configurable: true, writable: true, enumerable: false };
  if (kind === undefined) Object.defineProperty(error, 'name', { ...hidden, value: name });
  else error.name = name;
  Object.defineProperty(error, 'stack', { ...hidden, value: stack });
  // Defined, not assigned: a field named __proto__ stays one. None takes the place of what is set above.
  for (const [field, value] of Object.entries(fields)) {
    if (!Object.hasOwn(error, field)) Object.defineProperty(error, field, { ...hidden, value, enumerable: true });
  }
  return error;
}

function classesOf(error: Error): string[] {
  const names: string[] = [];
  for (let at: unknown = Object.getPrototypeOf(error); at instanceof Error; at = Object.getPrototypeOf(at)) {
    names.push(at.constructor.name);
  }
  return names;
}

function isData(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

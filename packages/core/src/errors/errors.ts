import { ProfitError } from './profit-error.js';
import { closestName } from './closest-name.js';

/** One complaint about one place of a configuration. */
export interface ConfigIssue {
  /** Dotted path, e.g. `masking.threshold`; empty for the whole document. */
  readonly path: string;
  readonly message: string;
}

/** Options or a run configuration that do not fit their schema. */
export class InvalidConfigError extends ProfitError {
  readonly issues: readonly ConfigIssue[];

  constructor(subject: string, issues: readonly ConfigIssue[]) {
    const lines = issues.map((issue) => `${issue.path === '' ? '' : `${issue.path}: `}${issue.message}`);
    super('config', lines.length === 1 ? `${subject}: ${lines[0]}` : `${subject}:\n  ${lines.join('\n  ')}`);
    this.issues = issues;
  }
}

/** A plugin name that no registry entry has. Lists what there is and suggests the nearest name. */
export class UnknownPluginError extends ProfitError {
  readonly pluginKind: string;
  readonly pluginName: string;
  readonly available: readonly string[];

  constructor(pluginKind: string, pluginName: string, available: readonly string[]) {
    const suggestion = closestName(pluginName, available);
    super(
      'config',
      `unknown ${pluginKind} "${pluginName}".${suggestion === undefined ? '' : ` Did you mean "${suggestion}"?`} ` +
        `Available: ${available.length === 0 ? 'none' : available.join(', ')}.`,
    );
    this.pluginKind = pluginKind;
    this.pluginName = pluginName;
    this.available = available;
  }
}

/** A data file that cannot be used; names the file and, where there is one, the line (from 1). */
export class InvalidDataError extends ProfitError {
  readonly file: string;
  readonly line: number | undefined;

  constructor(file: string, message: string, options?: { line?: number; cause?: unknown }) {
    super('data', `${file}${options?.line === undefined ? '' : `:${options.line}`}: ${message}`, options);
    this.file = file;
    this.line = options?.line;
  }
}

/** A model directory or one of its files that cannot be used; names the file. */
export class InvalidModelError extends ProfitError {
  readonly file: string;

  constructor(file: string, message: string, options?: { cause?: unknown }) {
    super('model', `${file}: ${message}`, options);
    this.file = file;
  }
}

/** NaN or infinity where a finite number is needed; the run stops and the last good checkpoint stays. */
export class NonFiniteError extends ProfitError {
  readonly step: number | undefined;

  constructor(what: string, options?: { step?: number; hint?: string }) {
    const where = options?.step === undefined ? '' : ` at step ${options.step}`;
    super('numeric', `${what} is not finite${where}. ${options?.hint ?? 'Lower the learning rate or check the data.'}`);
    this.step = options?.step;
  }
}

/** An output directory that exists already or cannot be written. */
export class OutputError extends ProfitError {
  constructor(directory: string, message: string, options?: { cause?: unknown }) {
    super('output', `${directory}: ${message}`, options);
  }
}

/** One response that could not be labelled; others may be. */
export class AnnotationError extends ProfitError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('data', message, options);
  }
}

/** A runtime or optional package that is missing or does not work here; says what to install. */
export class BackendUnavailableError extends ProfitError {
  readonly install: string | undefined;

  constructor(backend: string, reason: string, options?: { install?: string; cause?: unknown }) {
    super(
      'backend',
      `${backend} is not available: ${reason}${options?.install === undefined ? '' : ` Install it with: ${options.install}`}`,
      options,
    );
    this.install = options?.install;
  }
}

/** Training would take more memory than it is allowed; lists what takes it and says what to lower. */
export class MemoryLimitError extends ProfitError {
  constructor(limit: number, parts: readonly { readonly name: string; readonly bytes: number }[]) {
    const mebibytes = (bytes: number): string => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MiB`;
    const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
    const list = parts.map(({ name, bytes }) => `${name} ${mebibytes(bytes)}`).join(', ');
    super(
      'config',
      `training takes at least ${mebibytes(total)} of memory, but ${mebibytes(limit)} are allowed: ${list}. ` +
        'Allow more (the backend’s option memory), lower microBatchTokens or data.maxLength, or take a smaller model.',
    );
  }
}

/** The run was asked to stop; it finished its step and wrote a checkpoint. */
export class InterruptedError extends ProfitError {
  constructor(message: string) {
    super('interrupted', message);
  }
}

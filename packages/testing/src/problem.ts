/** What a plugin does against its contract: says what was found, where, and what the contract asks for. */
export class ConformanceError extends Error {
  constructor(subject: string, message: string, options?: { cause?: unknown }) {
    super(`${subject}: ${message}`, options);
    this.name = 'ConformanceError';
  }
}

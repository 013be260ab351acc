import { ProfitError } from '@profit-sft/core';

/** A conversation that the chat template refuses, or whose assistant tokens cannot be told from the rest. */
export class ConversationError extends ProfitError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('data', message, options);
  }
}

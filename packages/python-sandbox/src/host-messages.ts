import { parseJson, parseWith, ProfitError, schema } from '@profit-sft/core';
import { pythonOutcomes, type PythonProgram, type PythonResult } from './python-program.js';

/** What the sandbox's process is asked: a line of JSON on its standard input. */
export interface HostRequest extends Required<PythonProgram> {
  readonly id: number;
}

/** What it answers: lines of JSON on its standard output. The first says that it is ready. */
export type HostMessage = { readonly started: true } | { readonly id: number; readonly result: PythonResult };

/** In characters; the guest cuts there, too. */
export const longestError = 500;
const longestOutput = 64 * 1024;
/** In bytes: more than the longest result, for which JSON may take six a character. */
const longestMessage = 2 ** 19;

const { custom, integer, number, object, oneOf, optional, union } = schema;

const text = (longest: number) =>
  custom<string>('text', (value, path, issues) => {
    if (typeof value === 'string' && value.length <= longest) return value;
    issues.push({ path, message: `expected text of at most ${longest} characters` });
    return '';
  });
const started = custom<true>('true', (value, path, issues) => {
  if (value !== true) issues.push({ path, message: 'expected true' });
  return true;
});
const messageSchema = union([
  object({ started }),
  object({
    id: integer({ minimum: 1 }),
    result: object({
      outcome: oneOf(pythonOutcomes),
      error: optional(text(longestError)),
      output: text(longestOutput),
      droppedOutput: integer({ minimum: 0 }),
      seconds: number({ minimum: 0 }),
    }),
  }),
]);

function readMessage(line: Uint8Array): HostMessage {
  let value: unknown;
  try {
    value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(line));
  } catch (cause) {
    throw new ProfitError('backend', `it wrote what is no message: ${(cause as Error).message}`, { cause });
  }
  const message = parseWith(messageSchema, value, 'it wrote what is no message') as HostMessage;
  if ('result' in message && (message.result.outcome === 'completed') !== (message.result.error === undefined)) {
    throw new ProfitError('backend', 'it wrote what is no message: the outcome contradicts the error');
  }
  return message;
}

/**
 * Reads what the sandbox's process writes. A program that got out of the interpreter could write anything there, so nothing of it is used
 * unchecked, and no more than one message is kept.
 */
export class HostMessages {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  /**
   * The messages that this piece ends.
   *
   * @throws ProfitError for what is no message; there is no going on then
   */
  read(piece: Uint8Array): HostMessage[] {
    const messages: HostMessage[] = [];
    let from = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, from)) {
      this.keep(piece.subarray(from, end));
      messages.push(readMessage(Buffer.concat(this.parts.splice(0))));
      this.length = 0;
      from = end + 1;
    }
    this.keep(piece.subarray(from));
    return messages;
  }

  private keep(part: Uint8Array): void {
    this.length += part.length;
    if (this.length > longestMessage) {
      throw new ProfitError('backend', `it wrote a message of more than ${longestMessage} bytes`);
    }
    this.parts.push(part);
  }
}

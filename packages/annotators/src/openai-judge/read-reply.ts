import type { TokenUse } from './spending.js';
import { parseJson } from '@profit-sft/core';

export interface ReadReply {
  readonly answer: string | undefined;
  /** Why there is no answer; empty where there is one. */
  readonly problem: string;
  /** Whether the same request may have an answer the next time. */
  readonly again: boolean;
  readonly use: TokenUse | undefined;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A member of what may be no object. */
function member(value: unknown, key: string | number): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function tokenUse(reply: unknown): TokenUse | undefined {
  const usage = member(reply, 'usage');
  const [promptTokens, completionTokens] = [member(usage, 'prompt_tokens'), member(usage, 'completion_tokens')];
  const counts = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  return counts(promptTokens) && counts(completionTokens) ? { promptTokens, completionTokens } : undefined;
}

/** A body of a successful reply: `choices[0].message.content`, and why it is not there. */
export function readReply(text: string): ReadReply {
  const reply = parsed(text);
  const use = tokenUse(reply);
  const without = (problem: string, again: boolean): ReadReply => ({ answer: undefined, problem, again, use });
  if (typeof reply !== 'object' || reply === null) return without('the reply is not JSON', true);
  const choice = member(member(reply, 'choices'), 0);
  const message = member(choice, 'message');
  const content = member(message, 'content');
  if (member(choice, 'finish_reason') === 'length') return without('the answer was cut: raise maxTokens', false);
  if (typeof member(message, 'refusal') === 'string') return without('the model refused to answer', false);
  if (typeof content !== 'string' || content.trim() === '') return without('the reply has no content', true);
  return { answer: content, problem: '', again: false, use };
}

/** What an error's body says: `{"error": {"message", "code"}}`, or other text, shortened to a line. */
export function serverComplaint(text: string): { readonly code: string; readonly message: string } {
  const reply = parsed(text);
  const error = member(reply, 'error') ?? reply;
  const said = member(error, 'message') ?? (typeof error === 'string' ? error : reply === undefined ? text : '');
  const code = member(error, 'code');
  const line = (typeof said === 'string' ? said : JSON.stringify(said))
    // eslint-disable-next-line no-control-regex -- control characters must not reach a terminal
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
  return { code: typeof code === 'string' ? code : '', message: line.length > 200 ? `${line.slice(0, 200)}…` : line };
}

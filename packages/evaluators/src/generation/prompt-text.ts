import type { Row } from '@profit-sft/core';

/** A row's prompt for people: of a conversation, what comes before its last answer. */
export function promptText(row: Row): string {
  if ('prompt' in row) return row.prompt;
  if ('text' in row) return row.text;
  const last = row.messages.findLastIndex(({ role }) => role === 'assistant');
  const before = last < 0 ? row.messages : row.messages.slice(0, last);
  return before.map(({ content }) => content).join('\n');
}

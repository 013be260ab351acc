import { beginTokens, ProfitError, type Message, type Row, type Tokenizer } from '@profit-sft/core';

/** One reference of a row as ids. */
export interface EncodedSequence {
  readonly tokens: Int32Array;
  /** 1 where the token is a target; as long as `tokens`. */
  readonly target: Uint8Array;
}

export function promptAndAnswer(prompt: string, answer: string): Message[] {
  return [
    { role: 'user', content: prompt },
    { role: 'assistant', content: answer },
  ];
}

/** Ids of plain text, with what the tokenizer puts before any text. */
export function encodePlain(text: string, tokenizer: Tokenizer): number[] {
  return [...beginTokens(tokenizer, text), ...tokenizer.encode(text, { addSpecialTokens: false })];
}

/**
 * Prompt and completion as one token sequence, and the index at which the completion begins.
 *
 * Encoding the two texts apart and joining the ids would give a sequence that no text encodes to: Llama's tokenizers
 * put a space before each piece, and byte-level ones merge over the seam. So both are encoded together, and the
 * completion is what follows the longest prefix in common with the encoded prompt (as TRL's SFT trainer does). A token
 * that spans the seam is then the completion's, and generation from the common prefix sees what training saw.
 */
export function encodePlainPair(
  prompt: string,
  completion: string,
  tokenizer: Tokenizer,
): { tokens: number[]; completionStart: number } {
  const alone = encodePlain(prompt, tokenizer);
  const tokens = encodePlain(prompt + completion, tokenizer);
  let completionStart = 0;
  while (completionStart < alone.length && alone[completionStart] === tokens[completionStart]) completionStart++;
  return { tokens, completionStart };
}

function sequence(tokens: readonly number[], firstTarget: number, endId: number | undefined): EncodedSequence {
  const ids = Int32Array.from(endId === undefined ? tokens : [...tokens, endId]);
  // Nothing predicts the first token of a sequence.
  return { tokens: ids, target: new Uint8Array(ids.length).fill(1, Math.max(1, firstTarget)) };
}

function encodeConversation(messages: readonly Message[], tokenizer: Tokenizer): EncodedSequence | undefined {
  if (!messages.some(({ role, content }) => role === 'assistant' && content !== '')) return undefined;
  const { tokens, assistant } = tokenizer.encodeConversation(messages);
  const target = assistant.slice();
  target[0] = 0;
  return { tokens, target };
}

/**
 * A row as token sequences, one per reference; `undefined` for a reference without response tokens.
 * - `messages`: by the chat template; targets are what the assistant says, with its end-of-turn tokens
 * - `prompt` with `completion` or `references`: as a user and an assistant message where the tokenizer has a chat
 *   template; else as plain text, the completion and the end-of-sequence token being the targets
 * - `prompt` alone: no targets
 * - `text`: plain text; every token but the first is a target, the end-of-sequence token too
 *
 * A tokenizer without an end-of-sequence token adds none.
 */
export function encodeRow(row: Row, tokenizer: Tokenizer): (EncodedSequence | undefined)[] {
  if ('messages' in row) {
    if (!tokenizer.hasChatTemplate) {
      throw new ProfitError(
        'data',
        'has messages, but the model’s tokenizer has no chat template. Write the row as prompt and completion, ' +
          'or put a chat_template.jinja into the model directory.',
      );
    }
    return [encodeConversation(row.messages, tokenizer)];
  }
  if ('text' in row) {
    return [row.text === '' ? undefined : sequence(encodePlain(row.text, tokenizer), 1, tokenizer.endId)];
  }
  const answers = 'references' in row ? row.references : 'completion' in row ? [row.completion] : [''];
  return answers.map((answer) => {
    if (answer === '') return undefined;
    if (tokenizer.hasChatTemplate) return encodeConversation(promptAndAnswer(row.prompt, answer), tokenizer);
    const { tokens, completionStart } = encodePlainPair(row.prompt, answer, tokenizer);
    return completionStart === tokens.length ? undefined : sequence(tokens, completionStart, tokenizer.endId);
  });
}

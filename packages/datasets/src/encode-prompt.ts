import { ProfitError, type Message, type Row, type Tokenizer } from '@profit-sft/core';
import { encodePlain, encodePlainPair, promptAndAnswer } from './encode-row.js';

function conversationPrompt(messages: readonly Message[], tokenizer: Tokenizer): Int32Array {
  let last = messages.length - 1;
  while (last >= 0 && messages[last].role !== 'assistant') last--;
  if (last >= 0) {
    // Cut the training sequence and do not encode the prompt's text anew: where a token spans the seam between the
    // generation prompt and the answer, the two differ.
    const { tokens, assistant } = tokenizer.encodeConversation(messages.slice(0, last + 1));
    const end = assistant.lastIndexOf(1);
    if (end >= 0) return tokens.slice(0, assistant.lastIndexOf(0, end) + 1);
  }
  const open = last < 0 ? messages : messages.slice(0, last);
  const text = tokenizer.renderConversation(open, { addGenerationPrompt: true });
  return tokenizer.encode(text, { addSpecialTokens: false });
}

/**
 * The ids from which a model generates its answer to a row: exactly the tokens that come before the answer in the
 * sequence that training uses. For `messages`, the answer is the last assistant turn; without one, the whole
 * conversation with a generation prompt. Throws a data error for `text` rows, which have no prompt.
 */
export function encodePrompt(row: Row, tokenizer: Tokenizer): Int32Array {
  if ('messages' in row) return conversationPrompt(row.messages, tokenizer);
  if ('text' in row) throw new ProfitError('data', 'a text row has no prompt to generate from');
  const answer = 'references' in row ? row.references[0] : 'completion' in row ? row.completion : '';
  if (tokenizer.hasChatTemplate) {
    const messages = promptAndAnswer(row.prompt, answer);
    return conversationPrompt(answer === '' ? messages.slice(0, 1) : messages, tokenizer);
  }
  if (answer === '') return Int32Array.from(encodePlain(row.prompt, tokenizer));
  const { tokens, completionStart } = encodePlainPair(row.prompt, answer, tokenizer);
  return Int32Array.from(tokens.slice(0, completionStart));
}

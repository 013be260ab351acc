export { openTokenizer, type OpenTokenizerOptions } from './open-tokenizer.js';
export { ConversationError } from './conversation-error.js';

export { openTokenizer, type OpenTokenizerOptions } from './open-tokenizer.js';
export { ConversationError } from './conversation-error.js';
export { makeTokenizer, type TokenizerLibrary } from './make-tokenizer.js';
export { readTokenizerDirectory, type TokenizerDirectory } from './read-tokenizer-directory.js';
export { renderWithSpans, type RenderedTemplate, type Span } from './generation-spans.js';

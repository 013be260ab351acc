import { join } from 'node:path';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { InvalidModelError, type Tokenizer } from '@profit-sft/core';
import { parseChatTemplate, type ChatTemplate } from './chat-template.js';
import { makeTokenizer, specialTokensOf, type TokenizerLibrary } from './make-tokenizer.js';
import { readTokenizerDirectory, type TokenizerDirectory } from './read-tokenizer-directory.js';

export interface OpenTokenizerOptions {
  /** The clock of `strftime_now` in chat templates; default: the machine's. Fix it where a run has to repeat exactly. */
  readonly now?: () => Date;
}

/** Renders as `transformers` does, with the variables that it gives. */
function renderer(
  files: TokenizerDirectory,
  tokenOf: (id: number) => string | undefined,
  now: (() => Date) | undefined,
): TokenizerLibrary['render'] {
  const { template } = files;
  if (template === undefined) return undefined;
  const specialTokens = specialTokensOf(files, tokenOf);
  // Parsed on first use: a template that this interpreter cannot read must not keep plain text from being tokenised.
  let parsed: ChatTemplate | undefined;
  return (messages, addGenerationPrompt) => {
    parsed ??= parseChatTemplate(template.source, template.file, now);
    return parsed.render({
      ...specialTokens,
      messages,
      add_generation_prompt: addGenerationPrompt,
      tools: null,
      documents: null,
    });
  };
}

/**
 * Opens the tokenizer of a Hugging Face model directory: `tokenizer.json`; where there are, `tokenizer_config.json`,
 * `special_tokens_map.json`, and the chat template, from `chat_template.jinja` or `tokenizer_config.json`.
 *
 * Throws `InvalidModelError` naming the file that is missing or cannot be used.
 */
export async function openTokenizer(directory: string, options: OpenTokenizerOptions = {}): Promise<Tokenizer> {
  const files = await readTokenizerDirectory(directory);
  let library: LibraryTokenizer;
  try {
    library = new LibraryTokenizer(files.tokenizer, files.config);
  } catch (cause) {
    const file = join(directory, 'tokenizer.json');
    throw new InvalidModelError(file, `cannot be used: ${(cause as Error).message}`, { cause });
  }
  const cleanUpSpaces = files.config.clean_up_tokenization_spaces === true;
  return makeTokenizer(files, {
    tokens: (library.model as unknown as { vocab: (string | undefined)[] }).vocab,
    addedTokens: library.get_added_tokens_decoder(),
    tokenId: (token) => library.token_to_id(token),
    encode: (text, addSpecialTokens) => library.encode(text, { add_special_tokens: addSpecialTokens }),
    decode: (ids, skipSpecialTokens) =>
      library.decode([...ids], {
        skip_special_tokens: skipSpecialTokens,
        clean_up_tokenization_spaces: cleanUpSpaces,
      }),
    render: renderer(files, (id) => library.id_to_token(id), options.now),
  });
}

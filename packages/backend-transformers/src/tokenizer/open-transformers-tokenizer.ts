import { join } from 'node:path';
import { InvalidModelError, type Message, type Tokenizer } from '@profit-sft/core';
import {
  ConversationError,
  makeTokenizer,
  readTokenizerDirectory,
  renderWithSpans,
  type TokenizerLibrary,
} from '@profit-sft/tokenizers';
import { findInstallation, type Installation } from '../installation/find-installation.js';
import type { LibraryTokenizer } from '../installation/library.js';
import { loadLibrary } from '../installation/load-library.js';
import { fromDirectory } from '../installation/local-directory.js';
import { readVocabulary } from './vocabulary.js';

export interface TransformersTokenizerOptions {
  /** Folder in which Transformers.js is installed; default: where this package or the working directory finds it. */
  readonly installation?: string;
}

/**
 * Opens the tokenizer of a Hugging Face model directory by Transformers.js: text to ids and back by its `AutoTokenizer`, conversations by
 * its `apply_chat_template`. The directory needs a `tokenizer_config.json`, whose `tokenizer_class` chooses what Transformers.js does.
 *
 * Transformers.js is loaded into the calling process. Before version 4 it brings an ONNX Runtime that cannot be loaded beside another.
 *
 * @throws BackendUnavailableError when it is not installed or does not load
 * @throws InvalidModelError naming the file that is missing or cannot be used
 */
export async function openTransformersTokenizer(
  directory: string,
  options: TransformersTokenizerOptions = {},
): Promise<Tokenizer> {
  const installation = findInstallation(options.installation);
  const files = await readTokenizerDirectory(directory);
  const tokenizer = await openLibraryTokenizer(directory, installation);
  const { tokens, ids, addedTokens } = readVocabulary(files.tokenizer);
  const cleanUpSpaces = files.config.clean_up_tokenization_spaces === true;
  return makeTokenizer(files, {
    ...{ tokens, addedTokens },
    tokenId: (token) => ids.get(token),
    encode: (text, addSpecialTokens) => {
      const encoded = tokenizer(text, { add_special_tokens: addSpecialTokens, return_tensor: false });
      return { ids: encoded.input_ids };
    },
    decode: (known, skipSpecialTokens) =>
      tokenizer.decode([...known], {
        skip_special_tokens: skipSpecialTokens,
        clean_up_tokenization_spaces: cleanUpSpaces,
      }),
    render: files.template === undefined ? undefined : renderer(tokenizer, files.template.source),
  });
}

async function openLibraryTokenizer(directory: string, installation: Installation): Promise<LibraryTokenizer> {
  const library = await loadLibrary(installation);
  try {
    return await fromDirectory(library, directory, (name) =>
      library.AutoTokenizer.from_pretrained(name, { local_files_only: true }),
    );
  } catch (cause) {
    const file = join(directory, 'tokenizer.json');
    const reason = `${installation.packageName} ${installation.version} does not open it: ${(cause as Error).message}`;
    throw new InvalidModelError(file, reason, { cause });
  }
}

/** The template goes along, since versions differ in where they look for it. */
function renderer(tokenizer: LibraryTokenizer, source: string): TokenizerLibrary['render'] {
  const apply = (messages: readonly Message[], addGenerationPrompt: boolean, template: string): string => {
    try {
      return tokenizer.apply_chat_template(messages, {
        ...{ chat_template: template, add_generation_prompt: addGenerationPrompt, tokenize: false },
        ...{ tools: null, documents: null },
      });
    } catch (cause) {
      const message = `the chat template refuses or fails on this conversation: ${(cause as Error).message}`;
      throw new ConversationError(message, { cause });
    }
  };
  return (messages, addGenerationPrompt) =>
    renderWithSpans(source, messages, (template) => apply(messages, addGenerationPrompt, template));
}

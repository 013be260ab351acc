import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { selectChatTemplate } from './select-chat-template.js';
import { isJsonObject, readJsonObject, readText, type JsonObject } from './tokenizer-files.js';

/** The files of a tokenizer, checked as far as libraries take them for granted. */
export interface TokenizerDirectory {
  readonly directory: string;
  /** `tokenizer.json` */
  readonly tokenizer: JsonObject;
  /** `tokenizer_config.json`, empty where there is none; so are the next two. */
  readonly config: JsonObject;
  readonly specialTokensMap: JsonObject;
  readonly modelConfig: JsonObject;
  /** The chat template of plain conversations and the file that it is from. */
  readonly template: { readonly source: string; readonly file: string } | undefined;
}

/** No published vocabulary comes near; keeps a corrupt id from making an enormous sparse table. */
const maxTokenId = 16_777_216;

function validId(id: unknown): id is number {
  return Number.isInteger(id) && (id as number) >= 0 && (id as number) <= maxTokenId;
}

/** Checks what the library takes for granted, and fills the parts that old files leave out. */
function checkedTokenizerJson(file: string, json: JsonObject): JsonObject {
  const { model, added_tokens: addedTokens = [] } = json;
  if (!isJsonObject(model)) throw new InvalidModelError(file, 'has no "model"; is it a Hugging Face tokenizer.json?');
  const { vocab, merges } = model;
  if (Array.isArray(vocab)) {
    const broken = vocab.findIndex((entry: unknown) => !Array.isArray(entry) || typeof entry[0] !== 'string');
    if (broken >= 0) throw new InvalidModelError(file, `model.vocab[${broken}] is not [token, score]`);
  } else if (isJsonObject(vocab)) {
    for (const [token, id] of Object.entries(vocab)) {
      if (!validId(id)) throw new InvalidModelError(file, `model.vocab has the id ${String(id)} for "${token}"`);
    }
  } else {
    throw new InvalidModelError(file, 'model.vocab is missing');
  }
  if (model.type === 'BPE' && !Array.isArray(merges)) throw new InvalidModelError(file, 'model.merges is missing');
  if (!Array.isArray(addedTokens)) throw new InvalidModelError(file, 'added_tokens must be a list');
  addedTokens.forEach((token: unknown, index) => {
    if (!isJsonObject(token) || typeof token.content !== 'string' || token.content === '' || !validId(token.id)) {
      throw new InvalidModelError(file, `added_tokens[${index}] needs a non-empty "content" and an "id"`);
    }
  });
  const absent = { normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null };
  return { ...absent, ...json, added_tokens: addedTokens };
}

/**
 * Reads `tokenizer.json`; where there are, `tokenizer_config.json`, `special_tokens_map.json`, `config.json`, and the chat template, from
 * `chat_template.jinja` or `tokenizer_config.json`.
 *
 * @throws InvalidModelError naming the file that is missing or cannot be used
 */
export async function readTokenizerDirectory(directory: string): Promise<TokenizerDirectory> {
  const at = (name: string): string => join(directory, name);
  const file = at('tokenizer.json');
  const json = await readJsonObject(file);
  if (json === undefined) {
    throw new InvalidModelError(
      file,
      'is missing. A model directory needs the tokenizer.json of its Hugging Face model',
    );
  }
  const config = (await readJsonObject(at('tokenizer_config.json'))) ?? {};
  const specialTokensMap = (await readJsonObject(at('special_tokens_map.json'))) ?? {};
  const modelConfig = (await readJsonObject(at('config.json'))) ?? {};
  const templateFile = await readText(at('chat_template.jinja'));
  const source = templateFile ?? selectChatTemplate(config.chat_template, at('tokenizer_config.json'));
  return {
    ...{ directory, config, specialTokensMap, modelConfig },
    tokenizer: checkedTokenizerJson(file, json),
    template:
      source === undefined
        ? undefined
        : { source, file: at(templateFile === undefined ? 'tokenizer_config.json' : 'chat_template.jinja') },
  };
}

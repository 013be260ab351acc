import { join } from 'node:path';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import { InvalidModelError, type Message, type Tokenizer } from '@profit-sft/core';
import { assistantSpansByPrefix } from './assistant-spans.js';
import { parseChatTemplate, type ChatTemplate, type RenderedTemplate } from './chat-template.js';
import { ConversationError } from './conversation-error.js';
import { selectChatTemplate } from './select-chat-template.js';
import { readSpecialTokens, type SpecialTokens } from './special-tokens.js';
import { copyTokenizerFiles, isJsonObject, readJsonObject, readText, type JsonObject } from './tokenizer-files.js';
import { markTokens } from './token-spans.js';
import { bytesForPeople, surfaceKind, tokenBytes } from './token-surface.js';

export interface OpenTokenizerOptions {
  /** The clock of `strftime_now` in chat templates; default: the machine's. Fix it where a run has to repeat exactly. */
  readonly now?: () => Date;
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

class HuggingFaceTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly beginId: number | undefined;
  readonly endId: number | undefined;
  readonly specialIds: readonly number[];
  readonly hasChatTemplate: boolean;
  readonly #tokens: readonly (string | undefined)[];
  readonly #addedTokens: ReadonlyMap<number, { readonly content: string; readonly special: boolean }>;
  readonly #specialContents: readonly string[];
  readonly #kind: ReturnType<typeof surfaceKind>;
  readonly #surfaces = new Map<number, Uint8Array>();
  #parsedTemplate: ChatTemplate | undefined;

  constructor(
    private readonly directory: string,
    private readonly library: LibraryTokenizer,
    decoder: unknown,
    private readonly cleanUpSpaces: boolean,
    private readonly specialTokens: SpecialTokens,
    private readonly template: { readonly source: string; readonly file: string } | undefined,
    private readonly now: (() => Date) | undefined,
  ) {
    this.#tokens = (library.model as unknown as { vocab: (string | undefined)[] }).vocab;
    this.#addedTokens = library.get_added_tokens_decoder();
    this.#specialContents = [...this.#addedTokens.values()]
      .filter(({ special }) => special)
      .map(({ content }) => content);
    this.#kind = surfaceKind(decoder);
    this.vocabularySize = this.#tokens.length;
    this.beginId = this.#idOf(specialTokens.bos_token);
    this.endId = this.#idOf(specialTokens.eos_token);
    const named = Object.values(specialTokens).map((token) => this.#idOf(token));
    const added = [...this.#addedTokens].filter(([, { special }]) => special).map(([id]) => id);
    this.specialIds = [...new Set([...added, ...named.filter((id) => id !== undefined)])].sort((a, b) => a - b);
    this.hasChatTemplate = template !== undefined;
  }

  #idOf(token: string | undefined): number | undefined {
    return token === undefined ? undefined : this.library.token_to_id(token);
  }

  encode(text: string, options?: { addSpecialTokens?: boolean }): Int32Array {
    const { ids, tokens } = this.library.encode(text, { add_special_tokens: options?.addSpecialTokens ?? true });
    return Int32Array.from(ids as (number | undefined)[], (id, index) => {
      if (id !== undefined) return id;
      const file = join(this.directory, 'tokenizer.json');
      throw new InvalidModelError(file, `has no id for "${tokens[index]}" and no unknown token`);
    });
  }

  decode(tokens: ArrayLike<number>, options?: { skipSpecialTokens?: boolean }): string {
    // A model's output layer may be padded beyond the vocabulary; such ids stand for nothing.
    const known = Array.from(tokens).filter((token) => this.#tokens[token] !== undefined);
    if (known.length === 0) return '';
    return this.library.decode(known, {
      skip_special_tokens: options?.skipSpecialTokens ?? true,
      clean_up_tokenization_spaces: this.cleanUpSpaces,
    });
  }

  tokenText(token: number): string {
    return this.#tokens[token] === undefined ? `<token ${token}>` : bytesForPeople(this.#surface(token));
  }

  renderConversation(messages: readonly Message[], options?: { addGenerationPrompt?: boolean }): string {
    return this.#render(messages, options?.addGenerationPrompt ?? false).text;
  }

  encodeConversation(messages: readonly Message[]): { tokens: Int32Array; assistant: Uint8Array } {
    const { text, generated } = this.#render(messages, false);
    const spans =
      generated ??
      assistantSpansByPrefix(
        messages,
        text,
        (part, addGenerationPrompt) => this.#render(part, addGenerationPrompt).text,
        (turn) => this.#specialContents.some((content) => turn.endsWith(content)),
      );
    // The template writes the special tokens itself, as in transformers' apply_chat_template.
    const encode = (part: string): Int32Array => this.encode(part, { addSpecialTokens: false });
    const tokens = encode(text);
    const surfaces = Array.from(tokens, (token) => this.#surface(token));
    const assistant = markTokens(text, spans, tokens, surfaces, encode);
    if (assistant === undefined) {
      throw new ConversationError(
        'cannot tell which tokens the assistant says: the tokenizer changes the text in a way that hides where each token comes from',
      );
    }
    return { tokens, assistant };
  }

  save(directory: string): Promise<void> {
    return copyTokenizerFiles(this.directory, directory);
  }

  #surface(token: number): Uint8Array {
    let surface = this.#surfaces.get(token);
    if (surface === undefined) {
      surface = tokenBytes(this.#tokens[token] ?? '', this.#kind, this.#addedTokens.has(token));
      this.#surfaces.set(token, surface);
    }
    return surface;
  }

  #render(messages: readonly Message[], addGenerationPrompt: boolean): RenderedTemplate {
    if (this.template === undefined) {
      throw new InvalidModelError(
        this.directory,
        'the tokenizer has no chat template, so it cannot take conversations. Use prompt and completion rows, or add a chat_template.jinja',
      );
    }
    // Parsed on first use: a template that this interpreter cannot read must not keep plain text from being tokenised.
    this.#parsedTemplate ??= parseChatTemplate(this.template.source, this.template.file, this.now);
    return this.#parsedTemplate.render({
      ...this.specialTokens,
      messages,
      add_generation_prompt: addGenerationPrompt,
      tools: null,
      documents: null,
    });
  }
}

/**
 * Opens the tokenizer of a Hugging Face model directory: `tokenizer.json`; where there are, `tokenizer_config.json`,
 * `special_tokens_map.json`, and the chat template, from `chat_template.jinja` or `tokenizer_config.json`.
 *
 * Throws `InvalidModelError` naming the file that is missing or cannot be used.
 */
export async function openTokenizer(directory: string, options: OpenTokenizerOptions = {}): Promise<Tokenizer> {
  const at = (name: string): string => join(directory, name);
  const file = at('tokenizer.json');
  const json = await readJsonObject(file);
  if (json === undefined) {
    throw new InvalidModelError(
      file,
      'is missing. A model directory needs the tokenizer.json of its Hugging Face model',
    );
  }
  const tokenizerConfig = (await readJsonObject(at('tokenizer_config.json'))) ?? {};
  const specialTokensMap = (await readJsonObject(at('special_tokens_map.json'))) ?? {};
  const modelConfig = (await readJsonObject(at('config.json'))) ?? {};
  const templateFile = await readText(at('chat_template.jinja'));

  const checked = checkedTokenizerJson(file, json);
  let library: LibraryTokenizer;
  try {
    library = new LibraryTokenizer(checked, tokenizerConfig);
  } catch (cause) {
    throw new InvalidModelError(file, `cannot be used: ${(cause as Error).message}`, { cause });
  }
  const specialTokens = readSpecialTokens(tokenizerConfig, specialTokensMap, modelConfig, (id) =>
    library.id_to_token(id),
  );

  const configured = templateFile ?? selectChatTemplate(tokenizerConfig.chat_template, at('tokenizer_config.json'));
  const template =
    configured === undefined
      ? undefined
      : { source: configured, file: at(templateFile === undefined ? 'tokenizer_config.json' : 'chat_template.jinja') };
  return new HuggingFaceTokenizer(
    directory,
    library,
    checked.decoder,
    tokenizerConfig.clean_up_tokenization_spaces === true,
    specialTokens,
    template,
    options.now,
  );
}

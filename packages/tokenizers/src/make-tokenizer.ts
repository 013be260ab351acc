import { join } from 'node:path';
import { InvalidModelError, type Message, type Tokenizer } from '@profit-sft/core';
import { assistantSpansByPrefix } from './assistant-spans.js';
import { ConversationError } from './conversation-error.js';
import type { RenderedTemplate } from './generation-spans.js';
import type { TokenizerDirectory } from './read-tokenizer-directory.js';
import { readSpecialTokens, type SpecialTokens } from './special-tokens.js';
import { copyTokenizerFiles } from './tokenizer-files.js';
import { markTokens } from './token-spans.js';
import { bytesForPeople, surfaceKind, tokenBytes } from './token-surface.js';

/** What a tokenizer library does for one tokenizer. */
export interface TokenizerLibrary {
  /** Each token as the vocabulary writes it, by id; holes where an id stands for nothing. */
  readonly tokens: readonly (string | undefined)[];
  readonly addedTokens: ReadonlyMap<number, { readonly content: string; readonly special: boolean }>;
  tokenId(token: string): number | undefined;
  /** `undefined` for what has no id; `tokens` for messages, where the library tells them. */
  encode(
    text: string,
    addSpecialTokens: boolean,
  ): { readonly ids: readonly (number | undefined)[]; readonly tokens?: readonly string[] };
  /** Text of ids that the vocabulary has, at least one. */
  decode(ids: readonly number[], skipSpecialTokens: boolean): string;
  /** Absent where there is no chat template. */
  readonly render?: ((messages: readonly Message[], addGenerationPrompt: boolean) => RenderedTemplate) | undefined;
}

/** The named special tokens of a tokenizer's directory. */
export function specialTokensOf(
  { config, specialTokensMap, modelConfig }: TokenizerDirectory,
  tokenOf: (id: number) => string | undefined,
): SpecialTokens {
  return readSpecialTokens(config, specialTokensMap, modelConfig, tokenOf);
}

/** A tokenizer by any library. */
export function makeTokenizer(files: TokenizerDirectory, library: TokenizerLibrary): Tokenizer {
  const specialTokens = specialTokensOf(files, (id) => library.tokens[id]);
  return new DirectoryTokenizer(files.directory, library, files.tokenizer.decoder, specialTokens);
}

/** Adds the tokenizer of a directory to what a library does: names and bytes of tokens, conversations with assistant tokens marked, saving. */
class DirectoryTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly beginId: number | undefined;
  readonly endId: number | undefined;
  readonly specialIds: readonly number[];
  readonly hasChatTemplate: boolean;
  readonly #specialContents: readonly string[];
  readonly #kind: ReturnType<typeof surfaceKind>;
  readonly #surfaces = new Map<number, Uint8Array>();

  constructor(
    private readonly directory: string,
    private readonly library: TokenizerLibrary,
    decoder: unknown,
    specialTokens: SpecialTokens,
  ) {
    const special = [...library.addedTokens].filter(([, token]) => token.special);
    this.#specialContents = special.map(([, { content }]) => content);
    this.#kind = surfaceKind(decoder);
    this.vocabularySize = library.tokens.length;
    this.beginId = this.#idOf(specialTokens.bos_token);
    this.endId = this.#idOf(specialTokens.eos_token);
    const named = Object.values(specialTokens).map((token) => this.#idOf(token));
    const added = special.map(([id]) => id);
    this.specialIds = [...new Set([...added, ...named.filter((id) => id !== undefined)])].sort((a, b) => a - b);
    this.hasChatTemplate = library.render !== undefined;
  }

  get #file(): string {
    return join(this.directory, 'tokenizer.json');
  }

  /** Libraries take much of `tokenizer.json` as it is and fail only when they use it. */
  #used<Result>(what: string, use: () => Result): Result {
    try {
      return use();
    } catch (cause) {
      throw new InvalidModelError(this.#file, `cannot be used to ${what} text: ${(cause as Error).message}`, { cause });
    }
  }

  #idOf(token: string | undefined): number | undefined {
    return token === undefined ? undefined : this.library.tokenId(token);
  }

  encode(text: string, options?: { addSpecialTokens?: boolean }): Int32Array {
    const { ids, tokens } = this.#used('encode', () => this.library.encode(text, options?.addSpecialTokens ?? true));
    return Int32Array.from(ids, (id, index) => {
      if (id !== undefined) return id;
      const token = tokens === undefined ? 'a token of the text' : `"${tokens[index]}"`;
      throw new InvalidModelError(this.#file, `has no id for ${token} and no unknown token`);
    });
  }

  decode(tokens: ArrayLike<number>, options?: { skipSpecialTokens?: boolean }): string {
    // A model's output layer may be padded beyond the vocabulary; such ids stand for nothing.
    const known = Array.from(tokens).filter((token) => this.library.tokens[token] !== undefined);
    if (known.length === 0) return '';
    return this.#used('decode', () => this.library.decode(known, options?.skipSpecialTokens ?? true));
  }

  tokenText(token: number): string {
    return this.library.tokens[token] === undefined ? `<token ${token}>` : bytesForPeople(this.#surface(token));
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
      surface = tokenBytes(this.library.tokens[token] ?? '', this.#kind, this.library.addedTokens.has(token));
      this.#surfaces.set(token, surface);
    }
    return surface;
  }

  #render(messages: readonly Message[], addGenerationPrompt: boolean): RenderedTemplate {
    if (this.library.render !== undefined) return this.library.render(messages, addGenerationPrompt);
    throw new InvalidModelError(
      this.directory,
      'the tokenizer has no chat template, so it cannot take conversations. Use prompt and completion rows, or add a chat_template.jinja',
    );
  }
}

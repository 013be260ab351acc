/** One turn of a conversation. */
export interface Message {
  readonly role: string;
  readonly content: string;
}

/** A conversation as token ids, with the tokens that the model is to learn. */
export interface EncodedConversation {
  readonly tokens: Int32Array;
  /** 1 where the token belongs to an assistant turn (its end-of-turn token included), else 0; as long as `tokens`. */
  readonly assistant: Uint8Array;
}

/** Text to token ids and back, with the model's chat template. */
export interface Tokenizer {
  /** Size of the id space: every id is below it. */
  readonly vocabularySize: number;
  readonly beginId: number | undefined;
  readonly endId: number | undefined;
  /** Ids of special tokens: beginning, end, padding, and those of chat templates. */
  readonly specialIds: readonly number[];
  /** Whether the tokenizer has a chat template. */
  readonly hasChatTemplate: boolean;
  /** `addSpecialTokens` (default true): what the tokenizer's post-processor adds, e.g. a leading `<s>`. */
  encode(text: string, options?: { addSpecialTokens?: boolean }): Int32Array;
  /** `skipSpecialTokens` defaults to true. */
  decode(tokens: ArrayLike<number>, options?: { skipSpecialTokens?: boolean }): string;
  /** What a person should see for one token, e.g. `" the"`; bytes of an incomplete character as `<0xE2>`. */
  tokenText(token: number): string;
  /** The conversation as text by the chat template. Throws when there is none. */
  renderConversation(messages: readonly Message[], options?: { addGenerationPrompt?: boolean }): string;
  /** The conversation as ids by the chat template, with assistant tokens marked. Throws when there is none. */
  encodeConversation(messages: readonly Message[]): EncodedConversation;
  /** Writes `tokenizer.json` and its companions to a model directory. */
  save(directory: string): Promise<void>;
}

import type { Message, Tokenizer } from '@profit-sft/core';

/** What the tokenizer of a directory is asked. */
export interface TokenizerQuestions {
  readonly directory: string;
  readonly texts: readonly string[];
  readonly conversations: readonly (readonly Message[])[];
}

/** Everything that a tokenizer says, as plain data. An error is its message. */
export interface TokenizerAnswers {
  readonly facts: unknown;
  readonly texts: readonly { readonly ids: number[]; readonly plain: number[]; readonly decoded: string }[];
  readonly conversations: readonly (
    { readonly text: string; readonly prompt: string; readonly tokens: number[]; readonly assistant: number[] } | string
  )[];
  readonly tokenTexts: readonly string[];
}

export function answersOf(
  tokenizer: Tokenizer,
  { texts, conversations }: Omit<TokenizerQuestions, 'directory'>,
): TokenizerAnswers {
  const { vocabularySize, beginId, endId, specialIds, hasChatTemplate } = tokenizer;
  return {
    facts: { vocabularySize, beginId: beginId ?? null, endId: endId ?? null, specialIds, hasChatTemplate },
    texts: texts.map((text) => {
      const ids = tokenizer.encode(text);
      return {
        ids: [...ids],
        plain: [...tokenizer.encode(text, { addSpecialTokens: false })],
        decoded: tokenizer.decode(ids, { skipSpecialTokens: false }),
      };
    }),
    conversations: conversations.map((messages) => {
      try {
        const { tokens, assistant } = tokenizer.encodeConversation(messages);
        return {
          text: tokenizer.renderConversation(messages),
          prompt: tokenizer.renderConversation(messages, { addGenerationPrompt: true }),
          ...{ tokens: [...tokens], assistant: [...assistant] },
        };
      } catch (error) {
        return (error as Error).message;
      }
    }),
    tokenTexts: Array.from({ length: vocabularySize }, (_, id) => tokenizer.tokenText(id)),
  };
}

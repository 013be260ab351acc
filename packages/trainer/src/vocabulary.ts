import type { ModelDescription, Tokenizer, TokenVocabulary } from '@profit-sft/core';

/** What rules are told about token ids. */
export function vocabularyOf(tokenizer: Tokenizer, model: Pick<ModelDescription, 'endIds'>): TokenVocabulary {
  const endIds = new Set(model.endIds);
  if (tokenizer.endId !== undefined) endIds.add(tokenizer.endId);
  return {
    endIds: [...endIds],
    specialIds: tokenizer.specialIds,
    tokenText: (id) => tokenizer.tokenText(id),
  };
}

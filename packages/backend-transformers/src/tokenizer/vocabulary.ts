/** The tokens of a `tokenizer.json` by id, and those that were added to its model's vocabulary. */
export interface Vocabulary {
  readonly tokens: readonly (string | undefined)[];
  readonly ids: ReadonlyMap<string, number>;
  readonly addedTokens: ReadonlyMap<number, { readonly content: string; readonly special: boolean }>;
}

interface TokenizerJson {
  readonly model: { readonly vocab: Readonly<Record<string, number>> | readonly (readonly [string, number])[] };
  readonly added_tokens: readonly { readonly id: number; readonly content: string; readonly special?: boolean }[];
}

/** Read from the file, because versions of Transformers.js keep it in different places. The file is one that was checked. */
export function readVocabulary(tokenizer: unknown): Vocabulary {
  const { model, added_tokens: added } = tokenizer as TokenizerJson;
  const { vocab } = model;
  // A unigram model lists [token, score] in the order of ids.
  const entries = Array.isArray(vocab)
    ? (vocab as [string, number][]).map(([token], id) => [token, id] as const)
    : Object.entries(vocab);
  const tokens: (string | undefined)[] = [];
  const ids = new Map<string, number>();
  const put = (token: string, id: number): void => {
    tokens[id] = token;
    ids.set(token, id);
  };
  for (const [token, id] of entries) put(token, id);
  for (const { content, id } of added) put(content, id);
  const addedTokens = new Map(added.map(({ id, content, special = false }) => [id, { content, special }]));
  return { tokens, ids, addedTokens };
}

import { isJsonObject, type JsonObject } from './tokenizer-files.js';

const names = ['bos_token', 'eos_token', 'unk_token', 'sep_token', 'pad_token', 'cls_token', 'mask_token'] as const;

export type SpecialTokenName = (typeof names)[number];
export type SpecialTokens = Readonly<Partial<Record<SpecialTokenName, string>>>;

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return isJsonObject(value) && typeof value.content === 'string' ? value.content : undefined;
}

/**
 * The named special tokens, from `tokenizer_config.json`, else `special_tokens_map.json`, else the ids that the model's
 * `config.json` gives (GPT-2 names them nowhere else).
 */
export function readSpecialTokens(
  tokenizerConfig: JsonObject,
  specialTokensMap: JsonObject,
  modelConfig: JsonObject,
  tokenOf: (id: number) => string | undefined,
): SpecialTokens {
  const tokens: Partial<Record<SpecialTokenName, string>> = {};
  for (const name of names) {
    // `null` in tokenizer_config.json says that there is none; only an absent key is looked up elsewhere.
    if (tokenizerConfig[name] === null) continue;
    const id = modelConfig[`${name}_id`];
    const first: unknown = Array.isArray(id) ? id[0] : id;
    const token =
      text(tokenizerConfig[name]) ??
      text(specialTokensMap[name]) ??
      (typeof first === 'number' ? tokenOf(first) : undefined);
    if (token !== undefined) tokens[name] = token;
  }
  return tokens;
}

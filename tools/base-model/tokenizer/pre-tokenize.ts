/** The pattern of Hugging Face's `ByteLevel` pre-tokenizer (GPT-2). */
const byteLevel = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;

/**
 * Splits text into the pieces within which tokens may form: every digit by itself, words with the space before them.
 * The same as `Sequence[Digits(individual_digits), ByteLevel(use_regex)]`.
 */
export function preTokenize(text: string): string[] {
  return text.split(/(\p{N})/u).flatMap((part) => part.match(byteLevel) ?? []);
}

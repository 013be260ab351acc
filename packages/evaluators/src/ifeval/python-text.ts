/**
 * Text as Python's `str` and `re` see it, where JavaScript's differ: IFEval's instructions are defined by a Python program.
 */

/** What `str.isspace` and `\s` hold for white space, for use inside a character class. */
export const whitespace = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

/** What `\w` matches, for use inside a character class: letters and numbers of any script, but no combining marks. */
export const wordCharacters = '\\p{L}\\p{N}_';

/** `\b`: between a word character and none. */
export const wordBoundary = `(?:(?<=[${wordCharacters}])(?![${wordCharacters}])|(?<![${wordCharacters}])(?=[${wordCharacters}]))`;

const whitespaceCharacter = new RegExp(`[${whitespace}]`);

export function isWhitespace(character: string): boolean {
  return whitespaceCharacter.test(character);
}

/** `str.strip()`. Walks from both ends: a regular expression for the end would search from every run of white space. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhitespace(text[start])) start++;
  while (end > start && isWhitespace(text[end - 1])) end--;
  return text.slice(start, end);
}

/** `str.lstrip(leading).rstrip(trailing)` for one character each. */
export function stripCharacters(text: string, leading: string, trailing: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === leading) start++;
  while (end > start && text[end - 1] === trailing) end--;
  return text.slice(start, end);
}

/** `str.split()`: the parts between runs of white space. */
export function splitWhitespace(text: string): string[] {
  return text.split(new RegExp(`[${whitespace}]+`)).filter((part) => part !== '');
}

/** `str.isupper()`: at least one upper-case character, and none that is lower or title case. */
export function isUpperCase(text: string): boolean {
  return /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text);
}

/** `str.islower()`: at least one lower-case character, and none that is upper or title case. */
export function isLowerCase(text: string): boolean {
  return /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text);
}

/** `re.escape`, for a pattern with the flag `u`. */
export function literalPattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

import { strip } from './python-text.js';

/** Sections in `*…*` and, counted apart, in `**…**`, on one line and not blank. */
export function countHighlights(text: string): number {
  const single = text.match(/\*[^\n*]*\*/g) ?? [];
  const double = text.match(/\*\*[^\n*]*\*\*/g) ?? [];
  const contents = [...single.map((match) => match.slice(1, -1)), ...double.map((match) => match.slice(2, -2))];
  return contents.filter((content) => strip(content) !== '').length;
}

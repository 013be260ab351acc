import { strip } from './python-text.js';

/**
 * A response and what is left of it without its first line (an introduction), its last line (a farewell) or both, each also
 * without asterisks (Markdown): a loose verdict holds when one of the eight follows the instruction. The response itself is
 * first; equal and blank variants are left out.
 */
export function looseVariants(response: string): readonly string[] {
  const first = response.indexOf('\n');
  const last = response.lastIndexOf('\n');
  const withoutFirst = first < 0 ? '' : response.slice(first + 1);
  const withoutLast = last < 0 ? '' : response.slice(0, last);
  const withoutBoth = first === last ? '' : response.slice(first + 1, last);
  const cut = [response, ...[withoutFirst, withoutLast, withoutBoth].map(strip)];
  const variants = cut.flatMap((text) => [text, text.replaceAll('*', '')]);
  return [...new Set(variants)].filter((text) => strip(text) !== '');
}

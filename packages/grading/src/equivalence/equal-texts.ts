import { isKind, type Answer } from '../answer/answer.js';

/** Words without markup, space and punctuation at the ends; `(C)` is `C`. Letters standing alone keep their case. */
function words(source: string): string {
  const plain = source
    .replace(/\\(?:text|mathbf|mathcal|mathbb)\b|[{}~]|\\[ ,;:!]/gu, ' ')
    .replace(/\s+/gu, '')
    .replace(/^[("'“‘[]+|[)"'”’.\],:;]+$/gu, '');
  return plain.length > 1 ? plain.toLowerCase() : plain;
}

/**
 * Whether two answers are the same words. A parsed expression takes part by its source, as `odd` is a product of three names too; two
 * of them only as words of three letters and more, since `AB` is not `ab`.
 */
export function equalTexts(left: Answer, right: Answer): boolean {
  if (!isKind(left, 'text', 'scalar') || !isKind(right, 'text', 'scalar')) return false;
  const [first, second] = [words(left.source), words(right.source)];
  if (first === '' || first !== second) return false;
  return isKind(left, 'text') || isKind(right, 'text') || /^[a-z]{3,}$/u.test(first);
}

/** The tokens of LaTeX as far as structure goes: commands, escaped characters, single characters. */
export const tokensOf = (latex: string): string[] => latex.match(/\\[a-zA-Z]+|\\[\s\S]|[\s\S]/gu) ?? [];

const opening = new Set(['(', '[', '{', '\\{', '\\langle', '\\begin', '\\lfloor', '\\lceil']);
const closing = new Set([')', ']', '}', '\\}', '\\rangle', '\\end', '\\rfloor', '\\rceil']);

/** How deep brackets nest, or `undefined` where they do not close. Kinds are not told apart: `(3,4]` is one pair. */
export function nestingDepth(latex: string): number | undefined {
  let depth = 0;
  let deepest = 0;
  for (const token of tokensOf(latex)) {
    if (opening.has(token)) deepest = Math.max(deepest, ++depth);
    else if (closing.has(token)) depth -= 1;
    if (depth < 0) return undefined;
  }
  return depth === 0 ? deepest : undefined;
}

/** Parts of a text between separators, with the separators: one more part than separators. */
export interface Split {
  readonly parts: readonly string[];
  readonly separators: readonly string[];
}

/** Splits where a separator stands outside all brackets. Parts are trimmed. */
export function splitTopLevel(latex: string, separators: ReadonlySet<string>): Split {
  const parts: string[] = [];
  const found: string[] = [];
  let depth = 0;
  let part = '';
  for (const token of tokensOf(latex)) {
    if (opening.has(token)) depth += 1;
    else if (closing.has(token)) depth -= 1;
    if (depth === 0 && separators.has(token)) {
      parts.push(part.trim());
      found.push(token);
      part = '';
    } else part += token;
  }
  return { parts: [...parts, part.trim()], separators: found };
}

/** A text within one pair of brackets: `(a, b]` is `{ open: '(', content: 'a, b', close: ']' }`. */
export interface Bracketed {
  readonly open: string;
  readonly content: string;
  readonly close: string;
}

/** The pair of brackets around the whole text, if its first and last token are one. */
export function bracketed(latex: string): Bracketed | undefined {
  const tokens = tokensOf(latex.trim());
  const [open] = tokens;
  const close = tokens.at(-1);
  if (tokens.length < 2 || close === undefined || !opening.has(open) || !closing.has(close)) return undefined;
  if (open === '\\begin') return undefined;
  let depth = 0;
  for (const [index, token] of tokens.entries()) {
    if (opening.has(token)) depth += 1;
    else if (closing.has(token)) depth -= 1;
    if (depth === 0 && index < tokens.length - 1) return undefined;
  }
  return depth === 0 ? { open, content: tokens.slice(1, -1).join('').trim(), close } : undefined;
}

import { replaceCommand } from './balanced-braces.js';

/** Same meaning, one spelling. Commands are replaced whole, in this order. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/[−–]/gu, '-'],
  [/≤|<=|\\l(?:eqslant|eq|e)(?![a-zA-Z])/gu, ' \\le '],
  [/≥|>=|\\g(?:eqslant|eq|e)(?![a-zA-Z])/gu, ' \\ge '],
  [/≠|!=|\\neq?(?![a-zA-Z])/gu, ' \\ne '],
  [/≈|\\(?:approx|simeq|thickapprox)(?![a-zA-Z])/gu, ' \\approx '],
  [/∈/gu, ' \\in '],
  [/∪/gu, ' \\cup '],
  [/∞/gu, ' \\infty '],
  [/±/gu, ' \\pm '],
  [/\\lt(?![a-zA-Z])/gu, '<'],
  [/\\gt(?![a-zA-Z])/gu, '>'],
  [/\\l?dots(?![a-zA-Z])/gu, ' \\cdots '],
  [/\\lbrace(?![a-zA-Z])/gu, '\\{'],
  [/\\rbrace(?![a-zA-Z])/gu, '\\}'],
  [/\\l?vert(?![a-zA-Z])/gu, '|'],
  [/\\rvert(?![a-zA-Z])/gu, '|'],
  [/\^\s*\{?\s*\\circ\s*\}?|\\degree(?![a-zA-Z])/gu, '°'],
];

/** Space, size and style: nothing that is part of the value. */
const presentation: readonly (readonly [RegExp, string])[] = [
  [/\\(?:left|right)(?=\s*(?:[()[\].|<>/]|\\[{}|]|\\[lr](?:angle|brace|vert|floor|ceil|brack)))\s*\.?/gu, ''],
  [/\\[bB]igg?[lrm]?(?![a-zA-Z])/gu, ''],
  [/\\(?:displaystyle|textstyle|limits|nolimits|boldsymbol|centering|hfill)(?![a-zA-Z])/gu, ' '],
  [/(?<!\\)\\!/gu, ''],
  // `\quad` is taken even where it runs into a name, `\quadx`, as answers have it.
  [/\\q?quad|(?<!\\)\\[,;:> ]|~/gu, ' '],
  [/\\(?:tag|label)\{[^{}]*\}/gu, ''],
];

/** `1{,}234`, `1,\!234`: a comma that LaTeX was told to set without space groups digits. */
const groupedDigits = /(?<=\d)\s*(?:\{\s*,\s*\}|,\s*\\!)\s*(?=\d{3}(?!\d))/gu;

/**
 * `5 miles`, `3 cm`: words of four letters and more after a number, at the end, or short names of units. Fewer letters may be a product of
 * names, `6 xy`.
 */
const plainUnit =
  /(?<=\d)\s+((?!(?:sinh|cosh|tanh|sqrt)\b)(?:[a-z]{4,}|[ckm]?m|[km]g|ml|ft|yd|mph|km\/h|hrs?|min|sec|deg)\.?(?:\s+[a-z]+)*)$/u;

/** A backslash doubled by escaping, before a command. Rows of matrices end in one that must stay. */
function unescapeCommands(latex: string): string {
  if (/\\\\begin\b/u.test(latex)) return latex.replaceAll('\\\\', '\\');
  return /\\begin\b/u.test(latex) ? latex : latex.replace(/\\\\(?=[a-zA-Z])/gu, '\\');
}

/**
 * LaTeX or plain notation without what does not change its value: mathematical delimiters, currency signs, spacing, sizes, fonts of
 * words, `\boxed`, a closing full stop. The rest is for the parser.
 */
export function cleanLatex(text: string): string {
  let latex = unescapeCommands(text.trim()).replace(groupedDigits, '');
  for (const [pattern, replacement] of presentation) latex = latex.replace(pattern, replacement);
  latex = replaceCommand(latex, /boxed|fbox|ensuremath/u, (content) => ` ${content} `);
  latex = replaceCommand(
    latex,
    /text(?:normal|bf|rm|it|sf|tt|up)?|[mh]box|operatorname/u,
    (content) => `\\text{${content}}`,
  );
  latex = replaceCommand(latex, /mathrm|mathit|mathsf/u, (content) =>
    /^\s*[a-zA-Z][a-zA-Z .]+$/u.test(content) ? `\\text{${content}}` : `{${content}}`,
  );
  for (const [pattern, replacement] of spellings) latex = latex.replace(pattern, replacement);
  return latex
    .replace(/(?<!\\)\\[()[\]]|\\?\$|[€£¥]/gu, ' ')
    .replace(/\\?%/gu, '\\%')
    .trim()
    .replace(plainUnit, ' \\text{$1}')
    .replace(/^[:,;.](?!\d)|(?<![\\\d])[.,;:]$|[.,;:]$/u, '')
    .trim();
}

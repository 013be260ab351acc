import { ConversationError } from './conversation-error.js';
import { unusedCharacters } from './unused-characters.js';

/** Half-open range of UTF-16 indices into a rendered text. */
export type Span = readonly [start: number, end: number];

export interface RenderedTemplate {
  readonly text: string;
  /** What `{% generation %}` blocks produced, in order; `undefined` when the template has none. */
  readonly generated: readonly Span[] | undefined;
}

const generationTag = /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g;

/** Whether a template marks what the assistant says with `{% generation %}`. */
export function marksGeneration(source: string): boolean {
  return /\{%[-+]?\s*generation\s*[-+]?%\}/.test(source.replace(/\{#[\s\S]*?#\}/g, ''));
}

/** Two characters that stand for the tags and occur neither in the template nor in the texts. */
export function generationMarks(source: string, ...texts: string[]): [open: string, close: string] {
  return unusedCharacters(2, [source, ...texts]) as [string, string];
}

/** The template with each tag replaced by a statement that prints a character; see {@link renderWithSpans}. */
export function withGenerationMarks(source: string, open: string, close: string): string {
  return source.replace(
    generationTag,
    (_, left: string, end: string | undefined, right: string) =>
      `{%${left} if true %}${end === undefined ? open : close}{% endif ${right}%}`,
  );
}

/**
 * Renders a template by an interpreter that knows no `{% generation %}`, and tells what these tags enclose.
 *
 * The Jinja interpreter of JavaScript drops the tags. To learn what they enclose, each becomes a statement that prints a private-use character;
 * the pair is found and cut out again after rendering. An `if` statement is used and not an expression because `trim_blocks` and `lstrip_blocks`
 * treat statements as they treat the tag itself, and the tag's own `-` modifiers stay at its outer sides.
 */
export function renderWithSpans(
  source: string,
  variables: unknown,
  render: (template: string) => string,
): RenderedTemplate {
  const marks = marksGeneration(source);
  const [open, close] = generationMarks(source, ...(marks ? [JSON.stringify(variables)] : []));
  const output = render(withGenerationMarks(source, open, close));
  if (!marks) return { text: output, generated: undefined };
  const { text, spans } = extractSpans(output, open, close);
  return { text, generated: spans };
}

/** Cuts the sentinels out of a rendered text and returns what stood between them. */
function extractSpans(marked: string, open: string, close: string): { text: string; spans: Span[] } {
  const spans: Span[] = [];
  let text = '';
  let start: number | undefined;
  let from = 0;
  for (let index = 0; index < marked.length; index++) {
    const character = marked[index];
    if (character !== open && character !== close) continue;
    text += marked.slice(from, index);
    from = index + 1;
    if ((character === open) === (start !== undefined)) {
      throw new ConversationError('the chat template nests {% generation %} blocks or leaves one half open');
    }
    if (character === open) {
      start = text.length;
    } else {
      if (start !== undefined && text.length > start) spans.push([start, text.length]);
      start = undefined;
    }
  }
  if (start !== undefined) throw new ConversationError('the chat template leaves a {% generation %} block open');
  return { text: text + marked.slice(from), spans };
}

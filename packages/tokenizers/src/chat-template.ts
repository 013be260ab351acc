import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja';
import { InvalidModelError } from '@profit-sft/core';
import { ConversationError } from './conversation-error.js';
import { callPythonStrip, pythonStripFunctions } from './python-strip.js';
import { strftime } from './strftime.js';
import { unusedCharacters } from './unused-characters.js';

/** Half-open range of UTF-16 indices into a rendered text. */
export type Span = readonly [start: number, end: number];

export interface RenderedTemplate {
  readonly text: string;
  /** What `{% generation %}` blocks produced, in order; `undefined` when the template has none. */
  readonly generated: readonly Span[] | undefined;
}

export interface ChatTemplate {
  /** Whether the template marks what the assistant says with `{% generation %}`. */
  readonly marksGeneration: boolean;
  readonly source: string;
  /** Renders with exactly these variables; throws {@link ConversationError} when the template refuses them. */
  render(variables: Readonly<Record<string, unknown>>): RenderedTemplate;
}

const generationTag = /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g;

/** The bound of Jinja's own sandbox (`jinja2.sandbox.MAX_RANGE`), so that a template cannot exhaust the memory. */
const maxRange = 100_000;

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length > maxRange) throw new Error(`range() is longer than ${maxRange}`);
  return Array.from({ length }, (_, index) => from + index * step);
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

/**
 * Parses a chat template as `transformers` does: `trim_blocks`, `lstrip_blocks`, `raise_exception`, `strftime_now`.
 *
 * The Jinja interpreter drops `{% generation %}` tags. To learn what they enclose, each tag becomes a statement that
 * prints a private-use character; the pair is found and cut out again after rendering. An `if` statement is used and
 * not an expression because `trim_blocks` and `lstrip_blocks` treat statements as they treat the tag itself, and the
 * tag's own `-` modifiers stay at its outer sides.
 */
export function parseChatTemplate(sourceText: string, file: string, now: () => Date = () => new Date()): ChatTemplate {
  // Jinja normalises the line ends of a template (`newline_sequence`).
  const source = sourceText.replace(/\r\n?/g, '\n');
  const marksGeneration = /\{%[-+]?\s*generation\s*[-+]?%\}/.test(source.replace(/\{#[\s\S]*?#\}/g, ''));
  const compile = (open: string, close: string) => {
    const marked = source.replace(
      generationTag,
      (_, left: string, end: string | undefined, right: string) =>
        `{%${left} if true %}${end === undefined ? open : close}{% endif ${right}%}`,
    );
    const program = parse(tokenize(marked, { trim_blocks: true, lstrip_blocks: true }));
    callPythonStrip(program);
    return program;
  };
  const compiled = new Map<string, ReturnType<typeof compile>>();
  const compiledFor = (open: string, close: string) => {
    const key = open + close;
    let program = compiled.get(key);
    if (program === undefined) compiled.set(key, (program = compile(open, close)));
    return program;
  };

  try {
    compiledFor(...(unusedCharacters(2, [source]) as [string, string]));
  } catch (cause) {
    throw new InvalidModelError(file, `the chat template does not parse: ${(cause as Error).message}`, { cause });
  }

  return {
    marksGeneration,
    source,
    render(variables) {
      const [open, close] = marksGeneration
        ? unusedCharacters(2, [source, JSON.stringify(variables)])
        : unusedCharacters(2, [source]);
      const environment = new Environment();
      const globals = {
        true: true,
        True: true,
        false: false,
        False: false,
        none: null,
        None: null,
        range,
        ...pythonStripFunctions,
        raise_exception: (message: unknown) => {
          throw new ConversationError(`the chat template refuses this conversation: ${String(message)}`);
        },
        strftime_now: (format: string) => strftime(now(), format),
      };
      let output: string;
      try {
        for (const [name, value] of Object.entries({ ...variables, ...globals })) environment.set(name, value);
        output = String(new Interpreter(environment).run(compiledFor(open, close)).value);
      } catch (cause) {
        if (cause instanceof ConversationError) throw cause;
        throw new ConversationError(`the chat template fails on this conversation: ${(cause as Error).message}`, {
          cause,
        });
      }
      if (!marksGeneration) return { text: output, generated: undefined };
      const { text, spans } = extractSpans(output, open, close);
      return { text, generated: spans };
    },
  };
}

import { Environment, parse, tokenize } from '@huggingface/jinja';
import { InvalidModelError } from '@profit-sft/core';
import { BoundedInterpreter } from './bounded-interpreter.js';
import { ConversationError } from './conversation-error.js';
import { callPythonStrip, pythonStripFunctions } from './python-strip.js';
import { strftime } from './strftime.js';
import {
  generationMarks,
  marksGeneration,
  renderWithSpans,
  withGenerationMarks,
  type RenderedTemplate,
} from './generation-spans.js';

export interface ChatTemplate {
  /** Whether the template marks what the assistant says with `{% generation %}`. */
  readonly marksGeneration: boolean;
  readonly source: string;
  /** Renders with exactly these variables; throws {@link ConversationError} when the template refuses them. */
  render(variables: Readonly<Record<string, unknown>>): RenderedTemplate;
}

/** The bound of Jinja's own sandbox (`jinja2.sandbox.MAX_RANGE`), so that a template cannot exhaust the memory. */
const maxRange = 100_000;

function range(start: number, stop?: number, step = 1): number[] {
  const [from, to] = stop === undefined ? [0, start] : [start, stop];
  if (step === 0) throw new Error('range() step must not be zero');
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length > maxRange) throw new Error(`range() is longer than ${maxRange}`);
  return Array.from({ length }, (_, index) => from + index * step);
}

/** Longest template in characters; the longest published ones have some 30,000. */
const longestTemplate = 1_000_000;

/**
 * Parses a chat template as `transformers` does: `trim_blocks`, `lstrip_blocks`, `raise_exception`, `strftime_now`. Templates come from whoever
 * published the model: they run in this interpreter only, and for a bounded time ({@link BoundedInterpreter}).
 */
export function parseChatTemplate(sourceText: string, file: string, now: () => Date = () => new Date()): ChatTemplate {
  if (sourceText.length > longestTemplate) {
    throw new InvalidModelError(file, `the chat template has more than ${longestTemplate} characters`);
  }
  // Jinja normalises the line ends of a template (`newline_sequence`).
  const source = sourceText.replace(/\r\n?/g, '\n');
  const compiled = new Map<string, ReturnType<typeof parse>>();
  const compile = (template: string): ReturnType<typeof parse> => {
    let program = compiled.get(template);
    if (program === undefined) {
      program = parse(tokenize(template, { trim_blocks: true, lstrip_blocks: true }));
      callPythonStrip(program);
      compiled.set(template, program);
    }
    return program;
  };

  try {
    compile(withGenerationMarks(source, ...generationMarks(source)));
  } catch (cause) {
    throw new InvalidModelError(file, `the chat template does not parse: ${(cause as Error).message}`, { cause });
  }

  const interpret = (program: ReturnType<typeof parse>, variables: Readonly<Record<string, unknown>>): string => {
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
    try {
      for (const [name, value] of Object.entries({ ...variables, ...globals })) environment.set(name, value);
      return String(new BoundedInterpreter(environment).run(program).value);
    } catch (cause) {
      if (cause instanceof ConversationError) throw cause;
      throw new ConversationError(`the chat template fails on this conversation: ${(cause as Error).message}`, {
        cause,
      });
    }
  };
  return {
    marksGeneration: marksGeneration(source),
    source,
    render: (variables) => renderWithSpans(source, variables, (template) => interpret(compile(template), variables)),
  };
}

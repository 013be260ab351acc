import { writeEquation } from '../equation.js';
import type { Equation, Reference, Span, SpanKind } from '../problem.js';

/** Writes a reference piece by piece and remembers what each piece is for. */
export class ReferenceWriter {
  #text = '';
  readonly #spans: Span[] = [];

  #append(text: string, kind: SpanKind): this {
    if (text === '') return this;
    const start = this.#text.length;
    this.#text += text;
    const last = this.#spans[this.#spans.length - 1];
    if (last?.kind === kind && kind === 'wording') {
      this.#spans[this.#spans.length - 1] = { start: last.start, end: this.#text.length, kind };
    } else {
      this.#spans.push({ start, end: this.#text.length, kind });
    }
    return this;
  }

  /** Text that could be said otherwise. Holds no digit: every number of a reference belongs to its core. */
  wording(text: string): this {
    if (/\d/.test(text)) throw new RangeError(`wording must not hold a digit: "${text}"`);
    return this.#append(text, 'wording');
  }

  /** The equation with the space before it: a byte-level tokenizer joins that space to what follows. */
  equation(step: Equation): this {
    return this.#append(`${this.#text === '' || /\s$/.test(this.#text) ? '' : ' '}${writeEquation(step)}`, 'equation');
  }

  /** How every reference ends. */
  answer(answer: number): this {
    return this.#append(` The answer is ${answer}.`, 'answer');
  }

  finish(style: string): Reference {
    return { style, text: this.#text, spans: this.#spans };
  }
}

import { AnnotationError, parseJson } from '@profit-sft/core';

/** What came, shortened for a message. */
function shown(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters must not reach a terminal
  const printable = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return JSON.stringify(printable.length > 80 ? `${printable.slice(0, 80)}…` : printable);
}

/** The JSON object of an answer: the whole text, or what a code fence or some prose stands around. */
function jsonObject(text: string): unknown {
  const [from, to] = [text.indexOf('{'), text.lastIndexOf('}')];
  const candidates = [text, ...(from >= 0 && to > from ? [text.slice(from, to + 1)] : [])];
  for (const candidate of candidates) {
    try {
      return parseJson(candidate) as unknown;
    } catch {
      // The next candidate, or the error below.
    }
  }
  throw new AnnotationError(`the judge's answer is not JSON: ${shown(text)}`);
}

/**
 * For each of `words` words whether the judge calls it core. Strict about ranges: a judge that miscounts labels the wrong words.
 *
 * @throws AnnotationError saying what is wrong with the answer
 */
export function parseJudgeAnswer(text: string, words: number): boolean[] {
  const answer = jsonObject(text);
  const ranges = typeof answer === 'object' && answer !== null ? (answer as { core?: unknown }).core : undefined;
  if (!Array.isArray(ranges)) throw new AnnotationError(`the judge's answer has no list "core": ${shown(text)}`);
  const core = new Array<boolean>(words).fill(false);
  let next = 0;
  for (const range of ranges as unknown[]) {
    const [first, last] = Array.isArray(range) && range.length === 2 ? (range as unknown[]) : [];
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) {
      throw new AnnotationError(`the judge's answer has a range that is not two whole numbers: ${shown(text)}`);
    }
    const [from, to] = [first as number, last as number];
    if (from < next || to < from || to >= words) {
      const message = `the judge's range [${from}, ${to}] is out of order or not within the words 0 to ${words - 1}`;
      throw new AnnotationError(message);
    }
    core.fill(true, from, to + 1);
    next = to + 1;
  }
  return core;
}

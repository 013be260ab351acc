/** Deepest nesting of arrays and objects that is read. Data nest a handful deep; functions that walk values call themselves. */
export const deepestNesting = 500;

const isOpening = (character: string): boolean => character === '[' || character === '{';
const isClosing = (character: string): boolean => character === ']' || character === '}';

/** Whether brackets outside of strings open more than `limit` deep. */
function nestsDeeper(text: string, limit: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (isOpening(character)) {
      if (++depth > limit) return true;
    } else if (isClosing(character)) depth--;
  }
  return false;
}

/** Whether a text has more than `limit` opening brackets at all: almost none has, and the search is a fast one. */
function hasManyBrackets(text: string, limit: number): boolean {
  let count = 0;
  for (const bracket of ['[', '{']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) {
      if (++count > limit) return true;
    }
  }
  return false;
}

/**
 * `JSON.parse` for text from outside. `JSON.parse` reads any depth, but what walks or writes the value then overflows the
 * stack; nesting deeper than `deepestNesting` is refused instead.
 *
 * @throws SyntaxError as `JSON.parse` does, and for nesting that is too deep
 */
export function parseJson(text: string): unknown {
  if (text.length > deepestNesting && hasManyBrackets(text, deepestNesting) && nestsDeeper(text, deepestNesting)) {
    throw new SyntaxError(`nested more than ${deepestNesting} deep`);
  }
  return JSON.parse(text) as unknown;
}

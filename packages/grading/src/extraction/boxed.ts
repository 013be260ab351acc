import { balancedBraces } from '../latex/balanced-braces.js';
import { lastJoined, type Piece } from './joined.js';

function boxes(text: string): Piece[] {
  const found: Piece[] = [];
  const command = /\\(?:boxed|fbox)\s*(?=\{)|\\boxed\s+(?=[^\s{])/gu;
  for (let match = command.exec(text); match !== null; match = command.exec(text)) {
    const start = command.lastIndex;
    if (text[start] === '{') {
      const braces = balancedBraces(text, start);
      // A box that is not closed is a truncated response: what is in it is not the answer.
      if (braces === undefined) break;
      found.push({ content: braces.content, start: match.index, end: braces.end });
      command.lastIndex = braces.end;
    } else {
      // `\boxed 5`, plain TeX's argument of one token.
      found.push({ content: text[start], start: match.index, end: start + 1 });
    }
  }
  return found;
}

/** The content of the last `\boxed{…}`, with those right before it that it is joined to (`\boxed{1}$ and $\boxed{2}`). */
export const boxedAnswer = (text: string): string | undefined => lastJoined(text, boxes(text))?.content;

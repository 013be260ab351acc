/** A piece of a text and where it stands. */
export interface Piece {
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

/** What may stand between pieces that are one answer together: `$1$ and $2$`. */
const joint = /^(?:\s|[,;.$]|\\[()[\],;:]|\\q?quad|\\text\{|\}|and|or)*$/u;
/** The name of one of several answers: `y_2 = \boxed{…}`. */
const nameBefore = /(?:^|[\s$({])[a-zA-Z](?:_\{?\w+\}?)?(?:\([a-z]\))?\s*=\s*$/u;

/** The last piece with those right before it that it is joined to, separated by commas, and where it ends. */
export function lastJoined(text: string, pieces: readonly Piece[]): Piece | undefined {
  const last = pieces.at(-1);
  if (last === undefined) return undefined;
  let first = pieces.length - 1;
  while (first > 0) {
    const between = text.slice(pieces[first - 1].end, pieces[first].start).replace(nameBefore, ' ');
    // Two with nothing between, or only space, are two statements of which the last counts.
    if (!joint.test(between) || !/[,;]|and|or/u.test(between)) break;
    first -= 1;
  }
  const contents = pieces.slice(first).map(({ content }) => content.trim());
  return { content: [...new Set(contents)].join(', '), start: pieces[first].start, end: last.end };
}

import type { Span } from './generation-spans.js';

const space = 0x20;
const isWhiteSpace = (byte: number): boolean => byte === space || (byte >= 0x09 && byte <= 0x0d);

function matchesAt(bytes: Uint8Array, at: number, surface: Uint8Array, from: number): boolean {
  if (at + surface.length - from > bytes.length) return false;
  for (let i = from; i < surface.length; i++) if (bytes[at + i - from] !== surface[i]) return false;
  return true;
}

/**
 * The byte range of `text` that each token covers, found by laying the tokens' bytes along it; `undefined` where they
 * do not fit (a normaliser changed the text, or a token stands for unknown text). Two differences are allowed: a space
 * that the tokenizer put before a section (its token then covers one byte less), and white space of the text beside an
 * added token that strips it.
 */
export function alignTokens(text: string, surfaces: readonly Uint8Array[]): Span[] | undefined {
  const bytes = Buffer.from(text, 'utf8');
  const spans: Span[] = [];
  let at = 0;
  for (const surface of surfaces) {
    let from = 0;
    if (!matchesAt(bytes, at, surface, 0)) {
      if (surface[0] === space && matchesAt(bytes, at, surface, 1)) {
        from = 1;
      } else {
        let next = at;
        while (next < bytes.length && isWhiteSpace(bytes[next]) && !matchesAt(bytes, next, surface, 0)) next++;
        if (next === at || !matchesAt(bytes, next, surface, 0)) return undefined;
        at = next;
      }
    }
    spans.push([at, at + surface.length - from]);
    at += surface.length - from;
  }
  for (let rest = at; rest < bytes.length; rest++) if (!isWhiteSpace(bytes[rest])) return undefined;
  return spans;
}

function mark(tokenSpans: readonly Span[], spans: readonly Span[]): Uint8Array {
  // As in `transformers`' apply_chat_template: a token that overlaps a span belongs to it. A token that covers nothing
  // (a space that was put before the text) belongs where the text behind it does.
  return Uint8Array.from(tokenSpans, ([start, end]) =>
    spans.some(([from, to]) => (start === end ? start >= from && start < to : start < to && end > from)) ? 1 : 0,
  );
}

/** Byte offsets of the spans in `form(text)`, or `undefined` when the pieces between them do not join to it. */
function spansAfter(text: string, spans: readonly Span[], form: (piece: string) => string): Span[] | undefined {
  let joined = '';
  let from = 0;
  const bounds = spans.flat().map((bound) => {
    joined += form(text.slice(from, bound));
    from = bound;
    return Buffer.byteLength(joined);
  });
  if (joined + form(text.slice(from)) !== form(text)) return undefined;
  return spans.map((_, index) => [bounds[2 * index], bounds[2 * index + 1]]);
}

/**
 * 1 for each token that overlaps one of the spans of `text`, else 0; `undefined` when that cannot be told for sure.
 *
 * The tokenizer library gives no offsets, so they are derived, most exact way first: by laying the tokens' bytes along
 * the text; along its NFC form (Qwen normalises to it); and, for any other normaliser, by encoding the text up to each
 * bound, where that gives a prefix of the whole encoding.
 */
export function markTokens(
  text: string,
  spans: readonly Span[],
  tokens: ArrayLike<number>,
  surfaces: readonly Uint8Array[],
  encode: (text: string) => ArrayLike<number>,
): Uint8Array | undefined {
  for (const form of [(piece: string) => piece, (piece: string) => piece.normalize('NFC')]) {
    const aligned = alignTokens(form(text), surfaces);
    if (aligned === undefined) continue;
    const bounds = spansAfter(text, spans, form);
    if (bounds !== undefined) return mark(aligned, bounds);
  }
  const marks = new Uint8Array(tokens.length);
  for (const [start, end] of spans) {
    const [from, to] = [start, end].map((bound) => {
      const prefix = encode(text.slice(0, bound));
      for (let i = 0; i < prefix.length; i++) if (prefix[i] !== tokens[i]) return undefined;
      return prefix.length;
    });
    if (from === undefined || to === undefined) return undefined;
    marks.fill(1, from, to);
  }
  return marks;
}

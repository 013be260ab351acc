/** How the strings of a vocabulary stand for bytes. */
export type SurfaceKind = 'byte-level' | 'metaspace' | 'plain';

/** GPT-2's `bytes_to_unicode`, inverted: printable bytes stand for themselves, the rest are moved to U+0100 and up. */
const byteOfCharacter: ReadonlyMap<string, number> = (() => {
  const map = new Map<string, number>();
  let moved = 0;
  for (let byte = 0; byte < 256; byte++) {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    map.set(String.fromCharCode(printable ? byte : 0x100 + moved++), byte);
  }
  return map;
})();

interface DecoderConfig {
  readonly type?: unknown;
  readonly decoders?: unknown;
}

/** Reads from `tokenizer.json`'s decoder how its tokens stand for bytes. */
export function surfaceKind(decoder: unknown): SurfaceKind {
  const types: unknown[] = [];
  const visit = (config: unknown): void => {
    if (typeof config !== 'object' || config === null) return;
    const { type, decoders } = config as DecoderConfig;
    types.push(type);
    if (Array.isArray(decoders)) decoders.forEach(visit);
  };
  visit(decoder);
  if (types.includes('ByteLevel')) return 'byte-level';
  return types.includes('Metaspace') || types.includes('ByteFallback') ? 'metaspace' : 'plain';
}

/** The bytes that a token of the vocabulary stands for. Added tokens stand for their text whatever the kind. */
export function tokenBytes(token: string, kind: SurfaceKind, added: boolean): Uint8Array {
  if (!added && kind === 'byte-level') {
    const bytes: number[] = [];
    for (const character of token) {
      const byte = byteOfCharacter.get(character);
      if (byte === undefined) return Buffer.from(token, 'utf8');
      bytes.push(byte);
    }
    return Uint8Array.from(bytes);
  }
  if (!added && kind === 'metaspace') {
    const byte = /^<0x([0-9A-Fa-f]{2})>$/.exec(token);
    if (byte !== null) return Uint8Array.of(Number.parseInt(byte[1], 16));
    return Buffer.from(token.replaceAll('\u2581', ' '), 'utf8');
  }
  return Buffer.from(token, 'utf8');
}

/** Length of the valid UTF-8 sequence at `at`, 0 where there is none. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  const length = first < 0x80 ? 1 : first >= 0xc2 && first < 0xe0 ? 2 : first < 0xf0 && first >= 0xe0 ? 3 : 4;
  if (first >= 0x80 && (first < 0xc2 || first > 0xf4)) return 0;
  if (at + length > bytes.length) return 0;
  const text = Buffer.from(bytes.subarray(at, at + length)).toString('utf8');
  return text.includes('\ufffd') &&
    !(length === 3 && first === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd)
    ? 0
    : length;
}

/** Bytes for people: valid UTF-8 as text, every other byte as `<0xE2>`. */
export function bytesForPeople(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      text += `<0x${bytes[at].toString(16).toUpperCase().padStart(2, '0')}>`;
      at++;
    } else {
      text += Buffer.from(bytes.subarray(at, at + length)).toString('utf8');
      at += length;
    }
  }
  return text;
}

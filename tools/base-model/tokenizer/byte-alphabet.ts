/**
 * The characters that stand for bytes in a byte-level vocabulary, by byte: GPT-2's `bytes_to_unicode`. Printable bytes
 * stand for themselves, the rest are moved to U+0100 and up, so that a space is written `Ġ` and a line end `Ċ`.
 */
export const byteAlphabet: readonly string[] = (() => {
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : 0x100 + moved++);
  });
})();

export function toByteAlphabet(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (byte) => byteAlphabet[byte]).join('');
}

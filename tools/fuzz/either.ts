import fc, { type Arbitrary } from 'fast-check';
import { mutatedBytes } from './mutate-bytes.js';
import { mutatedJson } from './mutate-json.js';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** JSON files: documents changed in their structure, and their texts changed byte by byte. */
export function jsonInputs(documents: readonly object[]): Arbitrary<Uint8Array> {
  return fc.oneof(
    { weight: 2, arbitrary: mutatedJson(documents).map(encode) },
    mutatedBytes(documents.map((document) => JSON.stringify(document))),
  );
}

/** JSON Lines: up to four lines of documents that were changed, and the whole changed byte by byte. */
export function jsonLinesInputs(lines: readonly object[]): Arbitrary<Uint8Array> {
  return fc.oneof(
    fc.array(mutatedJson(lines), { maxLength: 4 }).map((texts) => encode(texts.map((text) => `${text}\n`).join(''))),
    mutatedBytes([lines.map((line) => `${JSON.stringify(line)}\n`).join('')]),
  );
}

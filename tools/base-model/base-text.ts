import { baseDocuments } from '../../examples/word-problems/generator/base-text/documents.js';

/** The first documents of the base text. */
export function takeDocuments(seed: number, count: number): string[] {
  const documents = baseDocuments(seed);
  return Array.from({ length: count }, () => documents.next().value);
}

/** The first of `documents` that have `characters` characters together, or all. */
export function upTo(documents: readonly string[], characters: number): readonly string[] {
  let length = 0;
  const end = documents.findIndex((document) => (length += document.length) >= characters);
  return end < 0 ? documents : documents.slice(0, end + 1);
}

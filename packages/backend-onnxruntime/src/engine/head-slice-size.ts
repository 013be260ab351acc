/** How much of the vocabulary the head takes at a time. */
export interface HeadSliceSize {
  /** Of logits: small enough for the processor's last-level cache. */
  readonly bytes: number;
  /** Ids in a slice at least, however many tokens there are: fewer make the products inefficient. */
  readonly fewestIds: number;
}

/** A range of the vocabulary. */
export interface Slice {
  readonly first: number;
  readonly ids: number;
}

/** For head chunks of so many bytes. Slices are smaller than chunks of rows, since two of their size are in use at once. */
export function headSliceSize(chunkBytes: number): HeadSliceSize {
  return { bytes: Math.floor((2 * chunkBytes) / 3), fewestIds: 512 };
}

/** The vocabulary in slices for so many tokens. */
export function slicesOf(vocabularySize: number, rows: number, size: HeadSliceSize): Slice[] {
  const step = Math.max(size.fewestIds, Math.floor(size.bytes / (4 * Math.max(1, rows))));
  const slices: Slice[] = [];
  for (let first = 0; first < vocabularySize; first += step) {
    slices.push({ first, ids: Math.min(step, vocabularySize - first) });
  }
  return slices;
}

/** How often each run of `order` parts is there. Parts of words must hold no space, which joins them. */
export function countNgrams(parts: readonly string[], order: number, joint: '' | ' '): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + order <= parts.length; start++) {
    const ngram = parts.slice(start, start + order).join(joint);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** How many n-grams of the first are in the second too, each as often as it is in both. */
export function countMatches(first: ReadonlyMap<string, number>, second: ReadonlyMap<string, number>): number {
  let matches = 0;
  for (const [ngram, count] of first) matches += Math.min(count, second.get(ngram) ?? 0);
  return matches;
}

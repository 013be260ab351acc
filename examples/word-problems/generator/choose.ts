import type { Random } from '@profit-sft/core';

/** One entry, uniformly. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.integer(list.length)];
}

/** `count` different entries in random order. */
export function pickSeveral<T>(random: Random, list: readonly T[], count: number): T[] {
  if (count > list.length) throw new RangeError(`cannot pick ${count} of ${list.length}`);
  const rest = [...list];
  return Array.from({ length: count }, () => rest.splice(random.integer(rest.length), 1)[0]);
}

/** Uniform integer in [low, high]. */
export function between(random: Random, low: number, high: number): number {
  return low + random.integer(high - low + 1);
}

/** One entry with probability proportional to its weight. */
export function pickWeighted<T>(random: Random, entries: readonly (readonly [T, number])[]): T {
  let rest = random.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [entry, weight] of entries) {
    rest -= weight;
    if (rest < 0) return entry;
  }
  return entries[entries.length - 1][0];
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import { readFileSync } from 'node:fs';
import type { PackedPackage } from './packed-package.js';

/** Largest size of a package's own files, unpacked, in KiB. A package that outgrows it gets a new budget on purpose, or shrinks. */
export const sizeBudget = JSON.parse(readFileSync(new URL('size-budget.json', import.meta.url), 'utf8')) as Readonly<
  Record<string, number>
>;

export function sizeProblems({ name, unpackedSize }: Pick<PackedPackage, 'name' | 'unpackedSize'>): string[] {
  const budget = sizeBudget[name.replace('@profit-sft/', '')];
  if (budget === undefined) return ['has no budget in tools/packages/size-budget.json'];
  const size = unpackedSize / 1024;
  return size <= budget ? [] : [`${size.toFixed(0)} KiB unpacked, and the budget is ${budget} KiB`];
}

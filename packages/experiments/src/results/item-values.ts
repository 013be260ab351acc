import type { Json } from '@profit-sft/core';

/** Which field of an item a metric is the mean of, where it is that of another name. */
const fieldOf: Readonly<Record<string, string>> = {
  ...{ accuracy: 'correct', exactMatch: 'correct' },
  sequenceNll: 'meanNll',
};

/**
 * The values whose mean a metric is: each item's field of that name, numbers or truth values. Undefined where an item has none, or where their
 * mean is another number than the metric, as it is where items count differently.
 */
export function itemValues(
  metric: string,
  value: number,
  items: readonly { readonly [key: string]: Json }[],
): number[] | undefined {
  const field = fieldOf[metric] ?? metric;
  const values = items.map((item) => (typeof item[field] === 'boolean' ? Number(item[field]) : item[field]));
  if (values.length === 0 || !values.every((own) => typeof own === 'number')) return undefined;
  const mean = values.reduce((sum, own) => sum + own, 0) / values.length;
  return Math.abs(mean - value) <= 1e-9 * Math.max(1, Math.abs(value)) ? values : undefined;
}

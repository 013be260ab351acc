import type { Point } from './points.js';

export interface CurveBand {
  /** [x, mean over the curves] */
  readonly points: readonly Point[];
  /** [x, least, greatest] */
  readonly band: readonly (readonly [x: number, low: number, high: number])[];
  /** How much of x a point stands for. */
  readonly stretch: number;
}

/**
 * Curves of several runs as one: each is averaged within stretches of x of equal length, at most `buckets` of them, and a stretch's
 * mean, least and greatest value over the runs that have one is kept. Values that are not finite are left out.
 */
export function averagedCurve(curves: readonly (readonly Point[])[], buckets: number): CurveBand {
  const xs = curves.flatMap((curve) => curve.map(([x]) => x));
  const first = xs.reduce((least, x) => Math.min(least, x), Infinity);
  const last = xs.reduce((greatest, x) => Math.max(greatest, x), -Infinity);
  const size = xs.length === 0 ? 1 : Math.max(1, Math.ceil((last - first + 1) / buckets));
  const means = curves.map((curve) => {
    const sums = new Map<number, { sum: number; end: number; count: number }>();
    for (const [x, y] of curve) {
      if (!Number.isFinite(y)) continue;
      const bucket = Math.floor((x - first) / size);
      const own = sums.get(bucket) ?? { sum: 0, end: x, count: 0 };
      sums.set(bucket, { sum: own.sum + y, end: Math.max(own.end, x), count: own.count + 1 });
    }
    return sums;
  });
  const stretches = [...new Set(means.flatMap((sums) => [...sums.keys()]))].sort((a, b) => a - b);
  const points: Point[] = [];
  const band: [number, number, number][] = [];
  for (const stretch of stretches) {
    const own = means.flatMap((sums) => sums.get(stretch) ?? []);
    const values = own.map(({ sum, count }) => sum / count);
    const x = Math.max(...own.map(({ end }) => end));
    points.push([x, values.reduce((sum, value) => sum + value, 0) / values.length]);
    band.push([x, Math.min(...values), Math.max(...values)]);
  }
  return { points, band, stretch: size };
}

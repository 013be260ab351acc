export type Point = readonly [x: number, y: number];

/**
 * At most about four points per bucket of x, namely its first, lowest, highest and last: a long series is drawn with the
 * same outline at a fraction of the size. Points that are not finite are kept, because they break the line.
 */
export function thinPoints(points: readonly Point[], buckets: number): readonly Point[] {
  if (points.length <= 4 * buckets) return points;
  const size = points.length / buckets;
  const thinned: Point[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const [start, end] = [Math.floor(bucket * size), Math.floor((bucket + 1) * size)];
    const keep = new Set([start, end - 1]);
    let [lowest, highest] = [start, start];
    for (let i = start; i < end; i++) {
      const y = points[i][1];
      if (!Number.isFinite(y)) keep.add(i);
      if (y < points[lowest][1] || !Number.isFinite(points[lowest][1])) lowest = i;
      if (y > points[highest][1] || !Number.isFinite(points[highest][1])) highest = i;
    }
    keep.add(lowest).add(highest);
    for (const index of [...keep].sort((a, b) => a - b)) thinned.push(points[index]);
  }
  return thinned;
}

/**
 * The mean of y over the last `window` points, finite ones only: for curves whose noise hides their course. A chart of
 * it should say so in its title.
 */
export function movingAverage(points: readonly Point[], window: number): Point[] {
  const recent: number[] = [];
  return points.map(([x, y]): Point => {
    if (Number.isFinite(y)) recent.push(y);
    if (recent.length > window) recent.shift();
    return [x, recent.length === 0 ? NaN : recent.reduce((sum, value) => sum + value, 0) / recent.length];
  });
}

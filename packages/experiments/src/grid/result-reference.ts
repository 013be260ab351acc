import { hasLabels, type GridPoint, type Labels } from './expand-grid.js';

/**
 * A value that another run's result gives: `{ "result": "keptFraction", "of": { "rule": "profit" }, "times": 2e-4 }` is 2e-4 times
 * the metric of the run that has the label `profit` on the axis `rule` and this run's labels on the others. `times` is 1 and
 * `plus` 0 where they are left out.
 */
export interface ResultReference {
  readonly result: string;
  readonly of: Labels;
  readonly times?: number;
  readonly plus?: number;
}

export function isResultReference(value: unknown): value is ResultReference {
  if (typeof value !== 'object' || value === null) return false;
  const { result, of } = value as Record<string, unknown>;
  return typeof result === 'string' && typeof of === 'object' && of !== null;
}

/** The run whose result a point waits for; undefined where there is none or where it is the point itself. */
export function pointReferredTo(
  reference: ResultReference,
  point: GridPoint,
  points: readonly GridPoint[],
): GridPoint | undefined {
  const labels = { ...point.labels, ...reference.of };
  const found = points.find((candidate) => hasLabels(candidate.labels, labels));
  return found === point ? undefined : found;
}

export function valueOf({ times = 1, plus = 0 }: ResultReference, metric: number): number {
  return metric * times + plus;
}

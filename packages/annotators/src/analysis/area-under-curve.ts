/**
 * Area under the ROC curve of scores as a detector of positives: the probability that a positive scores above a negative, ties
 * counting half (Mann and Whitney, 1947). NaN where either is empty.
 */
export function areaUnderCurve(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  const [first, second] = [Float64Array.from(positives).sort(), Float64Array.from(negatives).sort()];
  let [below, equal, sum] = [0, 0, 0];
  for (const score of first) {
    while (below < second.length && second[below] < score) below++;
    equal = Math.max(equal, below);
    while (equal < second.length && second[equal] === score) equal++;
    sum += below + (equal - below) / 2;
  }
  return sum / (first.length * second.length);
}

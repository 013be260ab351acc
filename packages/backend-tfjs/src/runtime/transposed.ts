import type { Tensor } from '@tensorflow/tfjs-core';
import { reshaped, runKernel } from './kernels.js';

/**
 * The smallest transposition that moves the same elements: axes of size 1 are left out, and axes that stay neighbours are one. Kernels
 * are fast for few axes.
 */
export function mergedTransposition(
  shape: readonly number[],
  order: readonly number[],
): { shape: number[]; order: number[] } {
  const moved = order.filter((axis) => shape[axis] !== 1);
  // Runs of axes that follow each other both before and after, but for axes of size 1 between them.
  const runs: number[][] = [];
  for (const axis of moved) {
    const run = runs.at(-1);
    const between = run === undefined ? [] : shape.slice((run.at(-1) as number) + 1, axis);
    const follows = run !== undefined && axis > (run.at(-1) as number) && between.every((size) => size === 1);
    if (follows) (run as number[]).push(axis);
    else runs.push([axis]);
  }
  const inputRuns = [...runs].sort(([a], [b]) => a - b);
  return {
    shape: inputRuns.map((run) => run.reduce((product, axis) => product * shape[axis], 1)),
    order: runs.map((run) => inputRuns.indexOf(run)),
  };
}

/** Axis i of the result is axis `order[i]` of `x`. */
export function transposed(x: Tensor, order: readonly number[]): Tensor {
  const result = order.map((axis) => x.shape[axis]);
  const merged = mergedTransposition(x.shape, order);
  if (merged.shape.length <= 1) return reshaped(x, result);
  const view = reshaped(x, merged.shape);
  const moved = runKernel('Transpose', { x: view }, { perm: merged.order });
  view.dispose();
  const shaped = reshaped(moved, result);
  moved.dispose();
  return shaped;
}

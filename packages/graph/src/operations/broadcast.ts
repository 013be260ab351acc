import type { Dimension, Shape } from '../dimension/dimension.js';
import type { Tensor } from '../program/graph.js';
import { reduceSum } from './reduce.js';
import { reshape } from './reshape.js';

/** NumPy broadcasting of two shapes: axes are equal or 1. */
export function broadcastShapes(operation: string, a: Shape, b: Shape): Dimension[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new Error(`${operation}: shapes [${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
  });
}

/** Sums a cotangent over the axes along which its value was broadcast. */
export function sumToShape(cotangent: Tensor, shape: Shape): Tensor {
  const extra = cotangent.shape.length - shape.length;
  const axes = cotangent.shape
    .map((size, axis) => (axis < extra || (shape[axis - extra] === 1 && size !== 1) ? axis : -1))
    .filter((axis) => axis >= 0);
  const summed = axes.length === 0 ? cotangent : reduceSum(cotangent, axes);
  return extra === 0 ? summed : reshape(summed, shape);
}

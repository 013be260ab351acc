import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';
import { broadcastStrides, forEachIndex } from '../reference/reference-array.js';
import { broadcastTo } from './reshape.js';

function reducedShape(tensor: Tensor, axes: readonly number[], operation: string): (number | string)[] {
  for (const axis of axes) {
    if (!Number.isInteger(axis) || axis < 0 || axis >= tensor.shape.length) {
      throw new Error(`${operation}: axis ${axis} is outside shape [${tensor.shape.join(', ')}]`);
    }
  }
  return tensor.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** Sum over `axes`, which stay with size 1; over no axes the tensor itself. */
export function reduceSum(tensor: Tensor, axes: readonly number[]): Tensor {
  if (tensor.type !== 'float') throw new Error(`reduceSum: expected float, got ${tensor.type}`);
  const shape = reducedShape(tensor, axes, 'reduceSum');
  // No node for no axes: some runtimes read an empty list as all axes.
  if (axes.length === 0) return tensor;
  const sorted = [...new Set(axes)].sort((a, b) => a - b);
  return tensor.graph.apply('reduceSum', { type: 'float', shape }, [tensor], { axes: sorted });
}

/** Index of the largest element along the last axis, the first of equals; int, the axis dropped. */
export function argMax(tensor: Tensor): Tensor {
  if (tensor.type !== 'float' || tensor.shape.length === 0) throw new Error('argMax: expected a float of rank ≥ 1');
  return tensor.graph.apply('argMax', { type: 'int', shape: tensor.shape.slice(0, -1) }, [tensor], {});
}

export const reduceOperations: readonly Operation[] = [
  {
    name: 'reduceSum',
    gradient: (node, cotangent) => [broadcastTo(cotangent, node.inputs[0].shape)],
    evaluate([x], node) {
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      forEachIndex(x.shape, [broadcastStrides(node.shape, x.shape.length)], (flat, [offset]) => {
        result[offset] += x.data[flat];
      });
      return result;
    },
  },
  {
    name: 'argMax',
    gradient: () => [undefined],
    evaluate([x]) {
      const width = x.shape[x.shape.length - 1];
      return Float64Array.from({ length: x.data.length / width }, (_, row) => {
        let best = 0;
        for (let i = 1; i < width; i++) if (x.data[row * width + i] > x.data[row * width + best]) best = i;
        return best;
      });
    },
  },
];

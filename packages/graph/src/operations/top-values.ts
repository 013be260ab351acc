import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';
import { constant } from './constant.js';
import { add, greater, where } from './elementwise.js';
import { slice } from './reshape.js';

/** The `count` largest elements along the last axis, largest first. */
export function topValues(tensor: Tensor, count: number): Tensor {
  const width = tensor.shape[tensor.shape.length - 1];
  if (tensor.type !== 'float' || tensor.shape.length === 0) throw new Error('topValues: expected a float of rank ≥ 1');
  if (!Number.isInteger(count) || count < 1 || (typeof width === 'number' && count > width)) {
    throw new Error(`topValues: cannot take ${count} of ${width} elements`);
  }
  const shape = [...tensor.shape.slice(0, -1), count];
  return tensor.graph.apply('topValues', { type: 'float', shape }, [tensor], { count });
}

export const topValuesOperations: readonly Operation[] = [
  {
    name: 'topValues',
    gradient(node, cotangent) {
      // Each value's cotangent goes to the elements equal to it.
      const [x] = node.inputs;
      const axis = node.shape.length - 1;
      const zero = constant(node.graph, 0);
      let sum: Tensor | undefined;
      for (let i = 0; i < (node.attributes.count as number); i++) {
        const value = slice(node, axis, i, i + 1);
        const own = slice(cotangent, axis, i, i + 1);
        const part = where(greater(x, value), zero, where(greater(value, x), zero, own));
        sum = sum === undefined ? part : add(sum, part);
      }
      return [sum];
    },
    evaluate([x], node) {
      const width = x.shape[x.shape.length - 1];
      const count = node.attributes.count as number;
      const rows = Array.from({ length: x.data.length / width }, (_, row) =>
        x.data
          .slice(row * width, (row + 1) * width)
          .sort()
          .reverse()
          .subarray(0, count),
      );
      return Float64Array.from(rows.flatMap((row) => [...row]));
    },
  },
];

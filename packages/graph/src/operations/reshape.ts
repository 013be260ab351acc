import {
  addDimensions,
  canonicalDimension,
  elementCount,
  negateDimension,
  type Dimension,
  type Shape,
} from '../dimension/dimension.js';
import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';
import { broadcastStrides, forEachIndex } from '../reference/reference-array.js';
import { broadcastShapes, sumToShape } from './broadcast.js';

/** Axes that a caller names have to exist; runtimes would read a wrong one in different ways. */
function checkAxis(operation: string, axis: number, shape: Shape): void {
  if (!Number.isInteger(axis) || axis < 0 || axis >= shape.length) {
    throw new Error(`${operation}: axis ${axis} is outside shape [${shape.join(', ')}]`);
  }
}

/** A part of an axis that is known only at run time lies within it, or the program is wrong. */
function checkRange(operation: string, start: number, end: number, size: number): void {
  if (start < 0 || end < start || end > size) {
    throw new Error(`${operation}: ${start} to ${end} is outside an axis of size ${size}`);
  }
}

/** The same check as far as the sizes are known when the program is built. */
function checkKnownRange(operation: string, start: Dimension, end: Dimension, size: Dimension): void {
  const [length, rest] = [addDimensions(end, negateDimension(start)), addDimensions(size, negateDimension(end))];
  for (const known of [start, length, rest]) {
    if (typeof known === 'number' && known < 0) {
      throw new Error(`${operation}: ${start} to ${end} is outside an axis of size ${size}`);
    }
  }
}

/** The same elements in row-major order under another shape of equal size. */
export function reshape(tensor: Tensor, wanted: Shape): Tensor {
  const shape = wanted.map(canonicalDimension);
  if (elementCount(tensor.shape) !== elementCount(shape)) {
    throw new Error(`reshape: [${tensor.shape.join(', ')}] and [${shape.join(', ')}] differ in size`);
  }
  if (tensor.shape.join() === shape.join()) return tensor;
  return tensor.graph.apply('reshape', { type: tensor.type, shape }, [tensor], { shape });
}

/** Axis i of the result is axis `order[i]` of the input. */
export function transpose(tensor: Tensor, order: readonly number[]): Tensor {
  if (order.length !== tensor.shape.length || [...order].sort((a, b) => a - b).some((axis, i) => axis !== i)) {
    throw new Error(`transpose: [${order.join(', ')}] is not an order of ${tensor.shape.length} axes`);
  }
  const shape = order.map((axis) => tensor.shape[axis]);
  return tensor.graph.apply('transpose', { type: tensor.type, shape }, [tensor], { order: [...order] });
}

/** Repeats axes of size 1 to `shape`. */
export function broadcastTo(tensor: Tensor, wanted: Shape): Tensor {
  const shape = wanted.map(canonicalDimension);
  if (broadcastShapes('broadcastTo', tensor.shape, shape).join() !== shape.join()) {
    throw new Error(`broadcastTo: [${tensor.shape.join(', ')}] does not broadcast to [${shape.join(', ')}]`);
  }
  if (tensor.shape.join() === shape.join()) return tensor;
  return tensor.graph.apply('broadcastTo', { type: tensor.type, shape }, [tensor], { shape });
}

/** Elements `start` to `end` (exclusive) of one axis. */
export function slice(tensor: Tensor, axis: number, start: Dimension, end: Dimension): Tensor {
  checkAxis('slice', axis, tensor.shape);
  checkKnownRange('slice', start, end, tensor.shape[axis]);
  const length = addDimensions(end, negateDimension(start));
  const shape = tensor.shape.map((dimension, i) => (i === axis ? length : dimension));
  return tensor.graph.apply('slice', { type: tensor.type, shape }, [tensor], { axis, start, end });
}

/** Moves elements along one axis of fixed size by `shift` places, those at the end to the front (NumPy's `roll`). */
export function roll(tensor: Tensor, axis: number, shift: number): Tensor {
  const size = tensor.shape[axis];
  if (typeof size !== 'number') throw new Error(`roll: axis ${axis} of [${tensor.shape.join(', ')}] has no fixed size`);
  if (!Number.isInteger(shift) || shift <= 0 || shift >= size) {
    throw new Error(`roll: shift ${shift} is not between 1 and ${size - 1}`);
  }
  return tensor.graph.apply('roll', { type: tensor.type, shape: tensor.shape }, [tensor], { axis, shift });
}

/** Joins tensors along one axis. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  if (tensors.length === 0) throw new Error('concat: no tensors');
  const [first] = tensors;
  checkAxis('concat', axis, first.shape);
  for (const tensor of tensors) {
    const fits =
      tensor.type === first.type &&
      tensor.shape.length === first.shape.length &&
      tensor.shape.every((size, i) => i === axis || size === first.shape[i]);
    if (!fits) throw new Error(`concat: [${tensor.shape.join(', ')}] does not join [${first.shape.join(', ')}]`);
  }
  const length = addDimensions(...tensors.map((tensor) => tensor.shape[axis]));
  const shape = first.shape.map((size, i) => (i === axis ? length : size));
  return first.graph.apply('concat', { type: first.type, shape }, tensors, { axis });
}

/** Zeros around a slice: `tensor` placed at `start` on an axis of size `size`. The reverse of {@link slice}. */
export function pad(tensor: Tensor, axis: number, start: Dimension, size: Dimension): Tensor {
  if (tensor.type !== 'float') throw new Error(`pad: expected float, got ${tensor.type}`);
  checkAxis('pad', axis, tensor.shape);
  checkKnownRange('pad', start, addDimensions(start, tensor.shape[axis]), size);
  const shape = tensor.shape.map((dimension, i) => (i === axis ? size : dimension));
  return tensor.graph.apply('pad', { type: 'float', shape }, [tensor], { axis, start, size });
}

function copyAlongAxis(
  source: { shape: readonly number[]; data: Float64Array },
  target: Float64Array,
  targetShape: readonly number[],
  axis: number,
  shift: number,
): void {
  const strides = broadcastStrides(targetShape, targetShape.length).map((stride, i) =>
    // Size-1 axes have stride 0 in broadcastStrides; here an offset along the axis must still count.
    i === axis ? targetShape.slice(i + 1).reduce((product, size) => product * size, 1) : stride,
  );
  forEachIndex(source.shape, [strides], (flat, [offset]) => {
    target[offset + shift * strides[axis]] = source.data[flat];
  });
}

export const reshapeOperations: readonly Operation[] = [
  {
    name: 'reshape',
    gradient: (node, cotangent) => [reshape(cotangent, node.inputs[0].shape)],
    evaluate: ([x]) => x.data.slice(),
  },
  {
    name: 'transpose',
    gradient(node, cotangent) {
      const order = node.attributes.order as number[];
      return [
        transpose(
          cotangent,
          order.map((_, axis) => order.indexOf(axis)),
        ),
      ];
    },
    evaluate([x], node) {
      const order = node.attributes.order as number[];
      const strides = broadcastStrides(x.shape, x.shape.length);
      const result = new Float64Array(x.data.length);
      forEachIndex(node.shape, [order.map((axis) => strides[axis])], (flat, [offset]) => {
        result[flat] = x.data[offset];
      });
      return result;
    },
  },
  {
    name: 'broadcastTo',
    gradient: (node, cotangent) => [sumToShape(cotangent, node.inputs[0].shape)],
    evaluate([x], node) {
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      forEachIndex(node.shape, [broadcastStrides(x.shape, node.shape.length)], (flat, [offset]) => {
        result[flat] = x.data[offset];
      });
      return result;
    },
  },
  {
    name: 'slice',
    gradient(node, cotangent) {
      const { axis, start } = node.attributes as { axis: number; start: Dimension };
      return [pad(cotangent, axis, start, node.inputs[0].shape[axis])];
    },
    evaluate([x], node) {
      const axis = node.attributes.axis as number;
      const start = node.size(node.attributes.start as Dimension);
      checkRange('slice', start, node.size(node.attributes.end as Dimension), x.shape[axis]);
      const inner = x.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      const strides = broadcastStrides(x.shape, x.shape.length);
      strides[axis] = inner;
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      forEachIndex(node.shape, [strides], (flat, [offset]) => {
        result[flat] = x.data[offset + start * inner];
      });
      return result;
    },
  },
  {
    name: 'roll',
    gradient(node, cotangent) {
      const { axis, shift } = node.attributes as { axis: number; shift: number };
      return [roll(cotangent, axis, (node.shape[axis] as number) - shift)];
    },
    evaluate([x], node) {
      const { axis, shift } = node.attributes as { axis: number; shift: number };
      const inner = x.shape.slice(axis + 1).reduce((product, size) => product * size, 1);
      const size = x.shape[axis];
      return x.data.map((_, flat) => {
        const place = Math.floor(flat / inner) % size;
        return x.data[flat + (((place - shift + size) % size) - place) * inner];
      });
    },
  },
  {
    name: 'pad',
    gradient(node, cotangent) {
      const { axis, start } = node.attributes as { axis: number; start: Dimension };
      return [slice(cotangent, axis, start, addDimensions(start, node.inputs[0].shape[axis]))];
    },
    evaluate([x], node) {
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      const axis = node.attributes.axis as number;
      const start = node.size(node.attributes.start as Dimension);
      checkRange('pad', start, start + x.shape[axis], node.shape[axis]);
      copyAlongAxis(x, result, node.shape, axis, start);
      return result;
    },
  },
  {
    name: 'concat',
    gradient(node, cotangent) {
      const axis = node.attributes.axis as number;
      let start: Dimension = 0;
      return node.inputs.map((input) => {
        const end = addDimensions(start, input.shape[axis]);
        const part = input.type === 'float' ? slice(cotangent, axis, start, end) : undefined;
        start = end;
        return part;
      });
    },
    evaluate(inputs, node) {
      const axis = node.attributes.axis as number;
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      let shift = 0;
      for (const input of inputs) {
        copyAlongAxis(input, result, node.shape, axis, shift);
        shift += input.shape[axis];
      }
      return result;
    },
  },
];

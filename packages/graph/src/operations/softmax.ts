import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';
import { exp, multiply, subtract } from './elementwise.js';
import { reduceSum } from './reduce.js';

function alongLastAxis(name: string, tensor: Tensor): Tensor {
  if (tensor.type !== 'float' || tensor.shape.length === 0) throw new Error(`${name}: expected a float of rank ≥ 1`);
  return tensor.graph.apply(name, { type: 'float', shape: tensor.shape }, [tensor], {});
}

/** e^x / Σ e^x along the last axis, computed from x − max. */
export function softmax(tensor: Tensor): Tensor {
  return alongLastAxis('softmax', tensor);
}

/** x − log Σ e^x along the last axis, computed from x − max. */
export function logSoftmax(tensor: Tensor): Tensor {
  return alongLastAxis('logSoftmax', tensor);
}

function evaluateRows(x: { shape: readonly number[]; data: Float64Array }, logarithmic: boolean): Float64Array {
  const width = x.shape[x.shape.length - 1];
  const result = new Float64Array(x.data.length);
  for (let start = 0; start < x.data.length; start += width) {
    let max = -Infinity;
    for (let i = 0; i < width; i++) max = Math.max(max, x.data[start + i]);
    let sum = 0;
    for (let i = 0; i < width; i++) sum += Math.exp(x.data[start + i] - max);
    for (let i = 0; i < width; i++) {
      const shifted = x.data[start + i] - max;
      result[start + i] = logarithmic ? shifted - Math.log(sum) : Math.exp(shifted) / sum;
    }
  }
  return result;
}

export const softmaxOperations: readonly Operation[] = [
  {
    name: 'softmax',
    gradient(node, cotangent) {
      const weighted = multiply(cotangent, node);
      const total = reduceSum(weighted, [node.shape.length - 1]);
      return [subtract(weighted, multiply(node, total))];
    },
    evaluate: ([x]) => evaluateRows(x, false),
  },
  {
    name: 'logSoftmax',
    gradient: (node, cotangent) => [
      subtract(cotangent, multiply(exp(node), reduceSum(cotangent, [node.shape.length - 1]))),
    ],
    evaluate: ([x]) => evaluateRows(x, true),
  },
];

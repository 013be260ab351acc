import type { Dimension } from '../dimension/dimension.js';
import type { Tensor } from '../program/graph.js';
import type { Operation } from '../program/operation.js';
import { multiply } from './elementwise.js';
import { reshape } from './reshape.js';

/** Rows of `table` [n, …rest] chosen by `indices` [m] (int): [m, …rest]. */
export function gatherRows(table: Tensor, indices: Tensor): Tensor {
  if (indices.type !== 'int' || indices.shape.length !== 1 || table.shape.length === 0) {
    throw new Error('gatherRows: expected a table of rank ≥ 1 and int indices of rank 1');
  }
  const shape = [indices.shape[0], ...table.shape.slice(1)];
  return table.graph.apply('gatherRows', { type: table.type, shape }, [table, indices], {});
}

/** Sum of the rows of `updates` [m, …rest] into a zero table [rows, …rest] at `indices` [m]. The reverse of {@link gatherRows}. */
export function scatterAddRows(updates: Tensor, indices: Tensor, rows: Dimension): Tensor {
  if (indices.type !== 'int' || indices.shape.length !== 1 || updates.shape[0] !== indices.shape[0]) {
    throw new Error('scatterAddRows: expected one int index per row of updates');
  }
  if (updates.type !== 'float') throw new Error(`scatterAddRows: expected float updates, got ${updates.type}`);
  const shape = [rows, ...updates.shape.slice(1)];
  return updates.graph.apply('scatterAddRows', { type: 'float', shape }, [updates, indices], { rows });
}

/** One element of each row: `tensor` [m, n] at columns `indices` [m] (int): [m]. */
export function gatherColumns(tensor: Tensor, indices: Tensor): Tensor {
  const fits = tensor.shape.length === 2 && indices.shape.length === 1 && tensor.shape[0] === indices.shape[0];
  if (indices.type !== 'int' || !fits) {
    throw new Error('gatherColumns: expected [m, n] and one int index per row');
  }
  return tensor.graph.apply('gatherColumns', { type: tensor.type, shape: indices.shape }, [tensor, indices], {});
}

/** 1 at column `indices[i]` of row i, else 0: [m, columns]. */
export function oneHot(indices: Tensor, columns: Dimension): Tensor {
  if (indices.type !== 'int' || indices.shape.length !== 1) throw new Error('oneHot: expected int indices of rank 1');
  return indices.graph.apply('oneHot', { type: 'float', shape: [indices.shape[0], columns] }, [indices], { columns });
}

function checkedIndex(operation: string, index: number, size: number): number {
  if (!(Number.isInteger(index) && index >= 0 && index < size))
    throw new Error(`${operation}: ${index} is not an index of ${size} elements`);
  return index;
}

export const gatherOperations: readonly Operation[] = [
  {
    name: 'gatherRows',
    gradient(node, cotangent) {
      const [table, indices] = node.inputs;
      return [scatterAddRows(cotangent, indices, table.shape[0]), undefined];
    },
    evaluate([table, indices], node) {
      const width = table.data.length / table.shape[0];
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      indices.data.forEach((index, row) => {
        const start = checkedIndex('gatherRows', index, table.shape[0]) * width;
        result.set(table.data.subarray(start, start + width), row * width);
      });
      return result;
    },
  },
  {
    name: 'scatterAddRows',
    gradient: (node, cotangent) => [gatherRows(cotangent, node.inputs[1]), undefined],
    evaluate([updates, indices], node) {
      const result = new Float64Array(node.shape.reduce((product, size) => product * size, 1));
      const width = result.length / node.shape[0];
      indices.data.forEach((index, row) => {
        const start = checkedIndex('scatterAddRows', index, node.shape[0]) * width;
        for (let i = 0; i < width; i++) result[start + i] += updates.data[row * width + i];
      });
      return result;
    },
  },
  {
    name: 'gatherColumns',
    gradient(node, cotangent) {
      const [tensor, indices] = node.inputs;
      return [multiply(oneHot(indices, tensor.shape[1]), reshape(cotangent, [cotangent.shape[0], 1])), undefined];
    },
    evaluate([tensor, indices]) {
      const width = tensor.shape[1];
      return indices.data.map((index, row) => tensor.data[row * width + checkedIndex('gatherColumns', index, width)]);
    },
  },
  {
    name: 'oneHot',
    gradient: () => [undefined],
    evaluate([indices], node) {
      const width = node.shape[1];
      const result = new Float64Array(indices.data.length * width);
      indices.data.forEach((index, row) => {
        result[row * width + checkedIndex('oneHot', index, width)] = 1;
      });
      return result;
    },
  },
];

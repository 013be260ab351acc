import type { Operation } from '../program/operation.js';
import { constantOperations } from './constant.js';
import { elementwiseOperations } from './elementwise.js';
import { gatherOperations } from './gather.js';
import { matmulOperations } from './matmul.js';
import { reduceOperations } from './reduce.js';
import { reshapeOperations } from './reshape.js';
import { softmaxOperations } from './softmax.js';
import { topValuesOperations } from './top-values.js';

/** Every operation of the language, by name. */
export const allOperations: ReadonlyMap<string, Operation> = new Map(
  [
    ...constantOperations,
    ...elementwiseOperations,
    ...reduceOperations,
    ...reshapeOperations,
    ...matmulOperations,
    ...softmaxOperations,
    ...gatherOperations,
    ...topValuesOperations,
  ].map((operation) => [operation.name, operation]),
);

import { add, concat, gatherRows, Graph, reshape, type Program } from '@profit-sft/graph';

function axes(rank: number): string[] {
  return Array.from({ length: rank }, (_, axis) => `d${axis}`);
}

/** `x` → `copy`, for any shape of this rank. */
export function copyProgram(rank: number): Program {
  const graph = new Graph();
  const x = graph.input('float', axes(rank));
  return graph.program(`copy of rank ${rank}`, { x }, { copy: x });
}

/** `column` [m], `row` [n], all zeros → `zeros` [m, n]: a few kilobytes go up instead of a matrix. */
export function zeroMatrixProgram(): Program {
  const graph = new Graph();
  const column = graph.input('float', ['m']);
  const row = graph.input('float', ['n']);
  return graph.program('zeros', { column, row }, { zeros: add(reshape(column, ['m', 1]), reshape(row, [1, 'n'])) });
}

/** `table` [n, …rest], `indices` [m] → `rows` [m, …rest] */
export function rowsProgram(rank: number): Program {
  const graph = new Graph();
  const table = graph.input('float', axes(rank));
  const indices = graph.input('int', ['m']);
  return graph.program(`rows of rank ${rank}`, { table, indices }, { rows: gatherRows(table, indices) });
}

/** `first`, `second`, equal but along `axis` → `joined` */
export function joinProgram(rank: number, axis: number): Program {
  const graph = new Graph();
  const own = (name: string): string[] => axes(rank).map((size, index) => (index === axis ? name : size));
  const first = graph.input('float', own('a'));
  const second = graph.input('float', own('b'));
  return graph.program(
    `join of rank ${rank} along ${axis}`,
    { first, second },
    { joined: concat([first, second], axis) },
  );
}

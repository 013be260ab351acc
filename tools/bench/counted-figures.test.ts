import { Graph, matmul, multiply, add } from '@profit-sft/graph';
import { describe, expect, test } from 'vitest';
import { readBaseline } from './baseline.js';
import { worseFigures } from './compare-figures.js';
import { countedFigures, type CountedFigureSet } from './counted-figures.js';
import { onnxOperators } from './onnx-operators.js';
import { programTraffic } from './program-traffic.js';

const now = countedFigures();

test('no counted figure of a training step got worse', () => {
  const worse = worseFigures(readBaseline(), now);
  expect(
    worse,
    `Worse than tools/bench/baseline.json:\n  ${worse.join('\n  ')}\nMake it cheaper again, or, where the cost is worth it or a ` +
      'figure is new, run "npm run bench:baseline", commit the file and say why in the message.\n',
  ).toEqual([]);
});

describe('worseFigures', () => {
  const program = 'smollm2, program finishBackwardKeeping';
  const withNodes = (nodes: number, operators: Record<string, number>): CountedFigureSet => ({
    ...now,
    [program]: { figures: { nodes }, operators },
  });
  const { figures, operators = {} } = now[program];

  test('names the program, the figure and the operators that were added', () => {
    const slower = withNodes(figures.nodes + 1, { ...operators, Mul: operators.Mul + 1 });
    expect(worseFigures(now, slower)).toEqual([
      `${program}: nodes ${figures.nodes} → ${figures.nodes + 1} (Mul ${operators.Mul} → ${operators.Mul + 1})`,
    ]);
  });

  test('accepts what got better, and one operator in place of another', () => {
    expect(worseFigures(now, withNodes(figures.nodes - 1, {}))).toEqual([]);
    expect(worseFigures(now, withNodes(figures.nodes, { ...operators, Mul: 0, Div: 99 }))).toEqual([]);
  });

  test('wants every figure on both sides', () => {
    const { [program]: _, ...without } = now;
    expect(worseFigures(now, without)).toEqual([`${program}: in the baseline, but no longer counted`]);
    expect(worseFigures(without, now)).toEqual([`${program}: counted, but not in the baseline`]);
    expect(worseFigures({ a: { figures: {} } }, { a: { figures: { nodes: 1 } } })).toEqual(['a: nodes none → 1']);
    expect(worseFigures({ a: { figures: { nodes: 1 } } }, { a: { figures: {} } })).toEqual(['a: nodes 1 → none']);
  });
});

describe('what is counted of a program', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n', 4]);
  const weight = graph.input('float', [4, 4]);
  const bias = graph.input('float', [4]);
  const program = graph.program('p', { x, weight, bias }, { y: multiply(add(matmul(x, weight), bias), x) });

  test('its operators as the backend emits them: a sum behind a product is part of it', () => {
    expect(onnxOperators(program)).toEqual({ Gemm: 1, Mul: 1 });
  });

  test('bytes that pass between its products', () => {
    // Multiply reads two [n, 4] and writes one.
    expect(programTraffic(program, { n: 10 })).toBe(4 * 3 * 40);
  });
});

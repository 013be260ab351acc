import { expect, test } from 'vitest';
import { add, exp, Graph, multiply, slice, tanh } from '@profit-sft/graph';
import { planProgram } from './program-plan.js';

test('values die at their last use, inputs and outputs never', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n']);
  const a = exp(x);
  const b = tanh(a);
  const c = multiply(b, a);
  const d = add(c, c);
  const { steps } = planProgram(graph.program('p', { x }, { d, b }));
  expect(steps.map(({ node, dead }) => [node.operation, dead])).toEqual([
    ['exp', []],
    ['tanh', []],
    ['multiply', [a.id]],
    ['add', [c.id]],
  ]);
});

test('a long chain has two values alive at a time', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n']);
  let y = x;
  for (let i = 0; i < 40; i++) y = i % 2 === 0 ? exp(y) : tanh(y);
  const { steps } = planProgram(graph.program('chain', { x }, { y }));
  let alive = 0;
  let most = 0;
  for (const { dead } of steps) {
    most = Math.max(most, ++alive);
    alive -= dead.length;
  }
  expect(most).toBe(2);
});

test('an input whose shape alone counts is not read', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n+m']);
  const like = graph.input('float', ['n']);
  const program = graph.program('p', { x, like }, { y: slice(x, 0, 0, 'n') });
  expect(program.inputs).toHaveLength(2);
  expect([...planProgram(program).read]).toEqual([x.id]);
});

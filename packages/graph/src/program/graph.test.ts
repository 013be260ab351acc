import { describe, expect, test } from 'vitest';
import { gradientOf } from '../differentiate/differentiate.js';
import { constant } from '../operations/constant.js';
import { add, exp, multiply, tanh } from '../operations/elementwise.js';
import { matmul } from '../operations/matmul.js';
import { reduceSum } from '../operations/reduce.js';
import { reshape, slice } from '../operations/reshape.js';
import { referenceArray, runReference } from '../reference/reference-runtime.js';
import { Graph } from './graph.js';
import type { Program } from './program.js';

const operations = (program: Program): string[] => program.nodes.map((node) => node.operation);

describe('values', () => {
  test('equal operations on equal inputs are one value', () => {
    const graph = new Graph();
    const x = graph.input('float', ['n']);
    const y = graph.input('float', ['n']);
    expect(add(x, y)).toBe(add(x, y));
    expect(exp(add(x, y))).toBe(exp(add(x, y)));
    expect(add(y, x)).not.toBe(add(x, y));
    expect(constant(graph, 1)).toBe(constant(graph, 1));
    expect(constant(graph, 1)).not.toBe(constant(graph, 2));
    expect(slice(x, 0, 0, 'n')).not.toBe(slice(x, 0, 1, 'n'));
  });

  test('inputs of equal type and shape are different values', () => {
    const graph = new Graph();
    expect(graph.input('float', [2])).not.toBe(graph.input('float', [2]));
  });

  test('shapes are canonical', () => {
    expect(new Graph().input('float', ['sequence*batch', '3']).shape).toEqual(['batch*sequence', 3]);
  });

  test.each<[number]>([[-1], [1.5], [NaN]])('a size of %s is refused', (size) => {
    expect(() => new Graph().input('float', [size])).toThrow(/negative size|not a dimension/);
  });

  test('values of another graph are refused', () => {
    const [one, other] = [new Graph(), new Graph()];
    const x = one.input('float', [2]);
    const y = other.input('float', [2]);
    expect(() => add(x, y)).toThrow('add: an input belongs to another graph');
    expect(() => one.program('p', { x, y }, { x })).toThrow('program "p": "y" belongs to another graph');
    expect(() => one.program('p', { x }, { y })).toThrow('program "p": "y" belongs to another graph');
  });
});

describe('program', () => {
  test('holds what the outputs need and no more, in order', () => {
    const graph = new Graph();
    const x = graph.input('float', [2]);
    const unused = graph.input('float', [2]);
    const y = exp(x);
    tanh(y);
    add(y, unused);
    const z = multiply(y, x);
    const program = graph.program('p', { x, unused }, { z });
    expect(operations(program)).toEqual(['exp', 'multiply']);
    expect(program.inputs.map(({ name }) => name)).toEqual(['x']);
    const position = new Map([...program.inputs, ...program.nodes].map(({ id }, i) => [id, i]));
    for (const node of program.nodes) {
      for (const id of node.inputs) expect(position.get(id)).toBeLessThan(position.get(node.id) as number);
    }
  });

  test('an input may be an output, and one value several outputs', () => {
    const graph = new Graph();
    const x = graph.input('float', [1]);
    const program = graph.program('p', { x }, { same: x, twice: add(x, x), again: add(x, x) });
    expect(program.nodes).toHaveLength(1);
    const result = runReference(program, { x: referenceArray([1], [3]) });
    expect(result.same.data).toEqual(Float64Array.of(3));
    expect(result.twice.data).toEqual(Float64Array.of(6));
    expect(result.again.data).toEqual(Float64Array.of(6));
  });

  test('a missing input is an error that names the program and the shape', () => {
    const graph = new Graph();
    const x = graph.input('float', ['n', 3]);
    expect(() => graph.program('loss', {}, { y: exp(x) })).toThrow(
      'program "loss" needs an input of shape [n, 3] that is not listed',
    );
  });

  test('one value cannot be two inputs', () => {
    const graph = new Graph();
    const x = graph.input('float', [2]);
    expect(() => graph.program('p', { a: x, b: x }, { y: exp(x) })).toThrow(
      'program "p": inputs "a" and "b" are the same value',
    );
  });

  test('an unread input stays where only its shape gives a size', () => {
    const graph = new Graph();
    const rows = graph.input('float', ['batch', 'sequence']);
    const other = graph.input('float', ['sequence']);
    const x = graph.input('float', ['batch*sequence']);
    const folded = reshape(x, ['batch', 'sequence']);
    const inputs = (listed: Parameters<Graph['program']>[1], y = folded): string[] =>
      graph.program('p', listed, { y }).inputs.map(({ name }) => name);
    expect(inputs({ x, other, rows })).toEqual(['x', 'rows']);
    // A size that is an axis of an input that is read needs no other input.
    expect(inputs({ x, rows, other }, exp(x))).toEqual(['x']);
  });

  test('is JSON', () => {
    const graph = new Graph();
    const x = graph.input('float', ['n', 2]);
    const w = graph.input('float', [2, 3]);
    const loss = reduceSum(tanh(multiply(matmul(slice(x, 0, 1, 'n'), w), constant(graph, 0.1))), [0, 1]);
    const [gradient] = gradientOf(loss, [w]);
    const program = graph.program('p', { x, w }, { loss, gradient });
    const copy = JSON.parse(JSON.stringify(program)) as Program;
    expect(copy).toEqual(program);
    const values = { x: referenceArray([3, 2], [1, 2, 3, 4, 5, 6]), w: referenceArray([2, 3], [1, 0, -1, 2, 1, 0]) };
    expect(runReference(copy, values)).toEqual(runReference(program, values));
    expect(runReference(copy, values).loss.data[0]).not.toBe(0);
  });
});

describe('intermediate values as inputs', () => {
  const graph = new Graph();
  const x = graph.input('float', ['n', 2]);
  const w = graph.input('float', [2, 2]);
  const hidden = tanh(matmul(x, w));
  const loss = reduceSum(multiply(exp(hidden), hidden), [0, 1]);
  const [dx, dw] = gradientOf(loss, [x, w]);
  const values = {
    x: referenceArray([3, 2], [0.1, -0.4, 0.9, 0.2, -1, 0.5]),
    w: referenceArray([2, 2], [1, -0.5, 0.3, 2]),
  };
  const whole = runReference(graph.program('whole', { x, w }, { dx, dw, hidden }), values);

  test('a backward program with a saved value gives what the whole program gives', () => {
    const backward = graph.program('saved', { x, w, hidden }, { dx, dw });
    const result = runReference(backward, { ...values, hidden: whole.hidden });
    expect(result.dx).toEqual(whole.dx);
    expect(result.dw).toEqual(whole.dw);
    // Everything before the saved value is left out.
    const product = matmul(x, w);
    expect(backward.nodes.map(({ id }) => id)).not.toContain(product.id);
    expect(backward.nodes.map(({ id }) => id)).not.toContain(hidden.id);
  });

  test('without it the program recomputes it', () => {
    const backward = graph.program('recomputed', { x, w }, { dx, dw });
    expect(backward.nodes.map(({ id }) => id)).toContain(hidden.id);
    const result = runReference(backward, values);
    expect(result).toEqual({ dx: whole.dx, dw: whole.dw });
  });

  test('the saved value is really read', () => {
    const backward = graph.program('saved', { x, w, hidden }, { dw });
    const changed = runReference(backward, { ...values, hidden: referenceArray([3, 2], [0, 0, 0, 0, 0, 0]) });
    expect(changed.dw).not.toEqual(whole.dw);
  });
});

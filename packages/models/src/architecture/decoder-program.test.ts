import { createRandom } from '@profit-sft/core';
import { referenceArray, runReference, type ReferenceArray } from '@profit-sft/graph';
import { describe, expect, test } from 'vitest';
import { rotaryTables } from '../rope/rotary-tables.js';
import { decoderProgram } from './decoder-program.js';
import { lossProgram } from './loss-program.js';

const base = {
  ...({ norm: 'rootMeanSquare', normPlacement: 'before', positions: 'rotary' } as const),
  ...({ feedForward: 'gated', parameterLayout: 'llama' } as const),
  ...{ vocabularySize: 11, hiddenSize: 8, intermediateSize: 6, layers: 2 },
  ...{ attentionHeads: 4, keyValueHeads: 2, headSize: 4, normEpsilon: 1e-6, maxPositions: 16 },
  ...{ attentionBias: false, attentionOutputBias: false, mlpBias: false, tieEmbeddings: true },
  queryKeyNorm: 'none' as 'none' | 'head' | 'width',
};
const rope = { headSize: 4, ropeTheta: 100, ropeScaling: undefined };
const shapes = {
  'llama, tied': base,
  'qwen2, biases': { ...base, attentionBias: true },
  'qwen3, norms on queries and keys, untied': {
    ...base,
    queryKeyNorm: 'head' as const,
    tieEmbeddings: false,
    headSize: 6,
  },
  'olmo2, norms after': {
    ...base,
    ...({ normPlacement: 'after', queryKeyNorm: 'width', parameterLayout: 'olmo2' } as const),
  },
  'gpt2, learned positions': {
    ...base,
    ...({ norm: 'layer', positions: 'learned', feedForward: 'plain', parameterLayout: 'gpt2' } as const),
    ...{ keyValueHeads: 4, headSize: 2, attentionBias: true, attentionOutputBias: true, mlpBias: true },
  },
};
type Arrays = Record<string, ReferenceArray>;

const count = (sizes: readonly number[]): number => sizes.reduce((product, size) => product * size, 1);
const largestDifference = (a: ReferenceArray, b: ReferenceArray): number => {
  expect(a.shape).toEqual(b.shape);
  return a.data.reduce((most, value, i) => Math.max(most, Math.abs(value - b.data[i])), 0);
};
const ints = (rows: readonly number[][]): ReferenceArray => referenceArray([rows.length, rows[0].length], rows.flat());

describe.each(Object.entries(shapes))('%s', (_, shape) => {
  const program = decoderProgram(shape);
  const random = createRandom(3, 'decoder program');
  const weights = Object.fromEntries(
    program.inputs
      .filter(({ name }) => name.endsWith('.weight') || name.endsWith('.bias'))
      .map(({ name, shape: sizes }) => [
        name,
        referenceArray(
          sizes as number[],
          Float64Array.from({ length: count(sizes as number[]) }, () => random.normal() * 0.5),
        ),
      ]),
  );
  const half = shape.headSize / 2;
  const tables = rotaryTables(
    { ...rope, headSize: shape.headSize },
    Int32Array.from({ length: 16 }, (__, i) => i),
  );
  const halves = (table: Float32Array): ReferenceArray =>
    referenceArray(
      [16, half],
      table.filter((__, i) => i % shape.headSize < half),
    );
  const rotary = { 'rotary.cosine': halves(tables.cosine), 'rotary.sine': halves(tables.sine) };
  const constants = { ...weights, ...(shape.positions === 'rotary' ? rotary : {}) };
  const empty = (batch: number): Arrays =>
    Object.fromEntries(
      program.inputs
        .filter(({ name }) => name.startsWith('past_key_values.'))
        .map(({ name }) => [name, referenceArray([batch, shape.keyValueHeads, 0, shape.headSize], [])]),
    );
  const run = (ids: number[][], mask: number[][], positions: number[][], past: Arrays): Arrays =>
    runReference(program, {
      ...constants,
      ...past,
      ...{ input_ids: ints(ids), attention_mask: ints(mask), position_ids: ints(positions) },
    });
  const pastOf = (outputs: Arrays): Arrays =>
    Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name.startsWith('present.'))
        .map(([name, value]) => [name.replace('present.', 'past_key_values.'), value]),
    );
  const at = (logits: ReferenceArray, row: number, column: number): ReferenceArray => {
    const [, columns, width] = logits.shape;
    const start = (row * columns + column) * width;
    return referenceArray([width], logits.data.subarray(start, start + width));
  };
  const tokens = [3, 10, 0, 7, 7, 2];
  const whole = run([tokens], [[1, 1, 1, 1, 1, 1]], [[0, 1, 2, 3, 4, 5]], empty(1));

  test('the interface', () => {
    expect(program.inputs.slice(0, 4).map(({ name, shape: sizes }) => [name, sizes])).toEqual([
      ['input_ids', ['batch', 'sequence']],
      ['attention_mask', ['batch', 'past+sequence']],
      ['position_ids', ['batch', 'sequence']],
      ['past_key_values.0.key', ['batch', shape.keyValueHeads, 'past', shape.headSize]],
    ]);
    expect(program.outputs.map(({ name, shape: sizes }) => [name, sizes])).toEqual([
      ['logits', ['batch', 'sequence', 11]],
      ...[0, 1].flatMap((layer) =>
        ['key', 'value'].map((part) => [
          `present.${layer}.${part}`,
          ['batch', shape.keyValueHeads, 'past+sequence', shape.headSize],
        ]),
      ),
    ]);
  });

  test('log-probabilities are those of the whole-model loss', () => {
    const sources = tokens.map((__, i) => i);
    const table = (data: Float32Array, sign: boolean): ReferenceArray =>
      referenceArray(
        [1, tokens.length, shape.headSize],
        data
          .slice(0, tokens.length * shape.headSize)
          .map((value, i) => (sign && i % shape.headSize < half ? -value : value)),
      );
    const { logProbs } = runReference(lossProgram(shape), {
      ...weights,
      tokens: referenceArray([tokens.length], tokens),
      ...(shape.positions === 'learned' ? { positions: referenceArray([tokens.length], sources) } : {}),
      cosine: table(tables.cosine, false),
      signedSine: table(tables.sine, true),
      mask: referenceArray(
        [1, 6, 6],
        sources.flatMap((query) => sources.map((key) => (key > query ? -1e30 : 0))),
      ),
      source: referenceArray([6], sources),
      target: referenceArray([6], sources),
      weights: referenceArray([6], [1, 1, 1, 1, 1, 1]),
    });
    const { data } = whole.logits;
    const expected = sources.flatMap((row) => {
      const logits = [...data.subarray(row * 11, row * 11 + 11)];
      const normaliser = Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
      return logits.map((value) => value - normaliser);
    });
    expect(largestDifference(logProbs, referenceArray([6, 11], expected))).toBeLessThan(1e-12);
  });

  test('in steps with a cache as in one', () => {
    let outputs = run([tokens.slice(0, 3)], [[1, 1, 1]], [[0, 1, 2]], empty(1));
    for (let step = 3; step < tokens.length; step++) {
      outputs = run([[tokens[step]]], [new Array<number>(step + 1).fill(1)], [[step]], pastOf(outputs));
      expect(largestDifference(at(outputs.logits, 0, 0), at(whole.logits, 0, step))).toBeLessThan(1e-12);
    }
    expect(largestDifference(outputs['present.1.value'], whole['present.1.value'])).toBeLessThan(1e-12);
  });

  test('left-padded beside a longer sequence, also in a further step', () => {
    const mask = [
      [0, 0, 1, 1, 1],
      [1, 1, 1, 1, 1],
    ];
    const ids = [[9, 9, 3, 10, 0], tokens.slice(0, 5)];
    const positions = [
      [1, 1, 0, 1, 2],
      [0, 1, 2, 3, 4],
    ];
    const first = run(ids, mask, positions, empty(2));
    expect(largestDifference(at(first.logits, 0, 4), at(whole.logits, 0, 2))).toBeLessThan(1e-12);
    expect(largestDifference(at(first.logits, 1, 4), at(whole.logits, 0, 4))).toBeLessThan(1e-12);
    const next = run(
      [[7], [2]],
      mask.map((row) => [...row, 1]),
      [[3], [5]],
      pastOf(first),
    );
    expect(largestDifference(at(next.logits, 0, 0), at(whole.logits, 0, 3))).toBeLessThan(1e-12);
    expect(largestDifference(at(next.logits, 1, 0), at(whole.logits, 0, 5))).toBeLessThan(1e-12);
    expect(first.logits.data.every(Number.isFinite)).toBe(true);
  });
});

import { expect, test } from 'vitest';
import { parseAblation } from './ablation-config.js';
import { expandGrid } from './expand-grid.js';
import { completedRun, specifyBases, specifyRuns } from './run-specification.js';

const run = { model: 'base', masking: { name: 'profit', threshold: 0.1 }, data: { train: 'a.jsonl' } };
const parse = (input: object) => parseAblation({ run, ...input }, 'grid.json');
const specify = (input: object) =>
  specifyRuns(parse(input), run, { file: '/tmp/grid.json', folder: '/tmp' }, 'grid.json');

test('all combinations, the last axis fastest, without what is left out', () => {
  const config = parse({
    axes: { 'masking.threshold': [0.1, 0.5], seed: [0, 1] },
    leaveOut: [{ 'masking.threshold': 0.5, seed: 1 }],
  });
  expect(expandGrid(config, 'grid.json').map(({ labels }) => Object.values(labels))).toEqual([
    [0.1, 0],
    [0.1, 1],
    [0.5, 0],
  ]);
});

test('a value that is no number or text is called what it is as JSON', () => {
  const points = expandGrid(parse({ axes: { shuffle: [true, false], adapter: [null, { rank: 2 }] } }), 'grid.json');
  expect(points.map(({ labels }) => Object.values(labels))).toEqual([
    ['true', 'null'],
    ['true', '{"rank":2}'],
    ['false', 'null'],
    ['false', '{"rank":2}'],
  ]);
});

test('a label sets several keys, and nothing of the shared configuration is changed', () => {
  const before = structuredClone(run);
  const [sft, scaled] = specify({
    axes: { rule: { sft: { masking: 'sft' }, 'lower rate': { masking: 'sft', learningRate: 1e-6 } } },
  });
  expect(sft.run).toEqual({ ...run, masking: 'sft' });
  expect(scaled.run).toEqual({ ...run, masking: 'sft', learningRate: 1e-6 });
  expect(run).toEqual(before);
});

test('equal specifications have equal hashes, whatever the order of their keys; others have others', () => {
  const hashes = (input: object) => specify(input).map(({ hash }) => hash);
  const axes = { rule: { a: { masking: 'sft', epochs: 2 } } };
  expect(hashes({ axes })).toEqual(hashes({ axes: { rule: { b: { epochs: 2, masking: 'sft' } } } }));
  expect(hashes({ axes })).not.toEqual(hashes({ axes: { rule: { a: { masking: 'sft', epochs: 3 } } } }));
});

test('a value of another run’s result', () => {
  const axes = {
    rule: {
      profit: {},
      random: {
        masking: { name: 'profit', direction: 'random' },
        'masking.threshold': { result: 'keptFraction', of: { rule: 'profit' }, times: -1, plus: 1 },
      },
    },
    seed: [3, 4],
  };
  const specifications = specify({ axes });
  const [first, second, random] = specifications;
  expect(random.waitsFor).toMatchObject([{ key: 'masking.threshold', hash: first.hash }]);
  expect(specifications[3].waitsFor[0].hash).toBe(second.hash);
  const completed = completedRun(random, (hash, name) => {
    expect([hash, name]).toEqual([first.hash, 'keptFraction']);
    return 0.75;
  });
  expect(completed).toMatchObject({ masking: { name: 'profit', direction: 'random', threshold: 0.25 }, seed: 3 });
});

test('one base for each model, whatever the runs train on', () => {
  const evaluations = { solved: { evaluator: 'exact-match', data: 'b.jsonl' } };
  const bases = (axes: object) => specifyBases(specify({ axes, evaluations }));
  const [base, ...others] = bases({ 'data.train': ['a.jsonl', 'c.jsonl'], seed: [0, 1] });
  expect(others).toEqual([]);
  expect(base).toMatchObject({ trains: false, run: { model: 'base', data: { train: 'a.jsonl' } }, evaluations });
  expect(bases({ 'data.train': ['c.jsonl'] })[0].hash).toBe(base.hash);
  expect(bases({ model: ['base', 'other'] }).map(({ labels }) => labels)).toEqual([
    { model: 'base base' },
    { model: 'base other' },
  ]);
});

test.each([
  ['a duplicate label', { axes: { seed: [1, 1] } }, /axes.seed: 1 is there twice/],
  [
    'two axes with one key',
    { axes: { seed: [1], s: { a: { seed: 2 } } } },
    /axes.s: sets seed, which axes.seed sets too/,
  ],
  [
    'an axis within another’s value',
    { axes: { masking: ['sft'], 'masking.threshold': [0.5] } },
    /sets masking.threshold, which axes.masking sets too/,
  ],
  ['equal runs', { axes: { rule: { a: { epochs: 1 }, b: { epochs: 1 } } } }, /rule b: is the same run as rule a/],
  ['an unknown axis', { axes: { seed: [1] }, leaveOut: [{ sed: 1 }] }, /leaveOut.0: there is no axis "sed"/],
  ['an exception that is none', { axes: { seed: [1] }, leaveOut: [{ seed: 2 }] }, /is no point of the grid/],
  ['no values', { axes: { rule: {} } }, /axes.rule: has no values/],
  ['a baseline by seed', { axes: { seed: [1] }, baseline: { seed: 1 } }, /"seed" is what means are taken over/],
  ['a baseline of no axis', { axes: { seed: [1] }, baseline: { rul: 'a' } }, /baseline: there is no axis "rul"/],
  [
    'a baseline that no run has',
    { axes: { rule: { a: {}, b: { epochs: 2 } }, seed: [1] }, baseline: { rule: 'c' } },
    /baseline: is no point of the grid/,
  ],
  [
    'a baseline that is left out',
    { axes: { rule: { a: {}, b: { epochs: 2 } } }, leaveOut: [{ rule: 'a' }], baseline: { rule: 'a' } },
    /baseline: is no point of the grid/,
  ],
  [
    'runs that wait for each other',
    {
      axes: {
        rule: {
          a: { learningRate: { result: 'keptFraction', of: { rule: 'b' } } },
          b: { learningRate: { result: 'keptFraction', of: { rule: 'a' } } },
        },
      },
    },
    /waits for itself/,
  ],
  [
    'a result of no run',
    { axes: { rule: { a: { learningRate: { result: 'keptFraction', of: { rule: 'c' } } } } } },
    /rule c, which is no other run/,
  ],
])('%s is refused', (_what, input, message) => {
  expect(() => specify(input)).toThrow(message);
});

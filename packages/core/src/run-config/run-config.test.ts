import { describe, expect, test } from 'vitest';
import { InvalidConfigError } from '../errors/errors.js';
import { parseRunConfig } from './run-config.js';

const smallest = {
  model: 'DIR',
  data: { train: 'train.jsonl', eval: 'eval.jsonl' },
  masking: { name: 'profit', threshold: 0.1 },
  epochs: 1,
  batchSize: 8,
  learningRate: 0.001,
  seed: 1,
};

function issues(change: object): string[] {
  try {
    parseRunConfig({ ...smallest, ...change }, 'run.json');
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    expect(error.message).toMatch(/^run\.json:/);
    expect(error.exitCode).toBe(2);
    return error.issues.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

test('the smallest configuration works as it stands, with everything else by default', () => {
  expect(parseRunConfig(JSON.parse(JSON.stringify(smallest)))).toEqual({
    ...smallest,
    backend: 'onnxruntime',
    data: {
      train: 'train.jsonl',
      eval: 'eval.jsonl',
      references: 'first',
      tooLong: 'truncate',
      packing: true,
      shuffle: true,
    },
    microBatchTokens: 2048,
    schedule: 'cosine',
    warmup: 0.1,
    optimizer: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 },
    maxGradientNorm: 1,
    keepCheckpoints: 2,
    tracedExamples: 2,
    plugins: [],
  });
});

test('a model and training data are enough', () => {
  expect(parseRunConfig({ model: 'DIR', data: { train: 'a.jsonl' } })).toMatchObject({
    masking: 'profit',
    backend: 'onnxruntime',
    batchSize: 8,
    learningRate: 1e-5,
    seed: 0,
  });
});

test('parsing what was parsed changes nothing', () => {
  const parsed = parseRunConfig(smallest);
  expect(parseRunConfig(parsed)).toEqual(parsed);
});

test('nothing of one configuration reaches the next', () => {
  parseRunConfig(smallest).plugins.push('a');
  (parseRunConfig(smallest).optimizer as { beta1: number }).beta1 = 0.5;
  expect(parseRunConfig(smallest).plugins).toEqual([]);
  expect(parseRunConfig(smallest).optimizer.beta1).toBe(0.9);
});

describe('plugins', () => {
  test.each(['masking', 'backend'])('%s is a name or an object of a name and options', (key) => {
    for (const value of ['sft', { name: 'sft' }, { name: 'sft', anything: [1] }]) {
      expect(parseRunConfig({ ...smallest, [key]: value })).toMatchObject({ [key]: value });
    }
    expect(issues({ [key]: 3 })).toEqual([`${key}: expected string | object, got 3`]);
    expect(issues({ [key]: {} })).toEqual([`${key}.name: is required (string)`]);
    expect(issues({ [key]: { name: 1 } })).toEqual([`${key}.name: expected string, got 1`]);
  });

  test('data is too', () => {
    expect(issues({ data: { train: { name: 'jsonl', path: 'a' }, eval: { path: 'b' } } })).toEqual([
      'data.eval.name: is required (string)',
    ]);
  });
});

describe('wrong keys are named at every level', () => {
  test.each<[string, object, string]>([
    [
      'at the top',
      { learning_rate: 1 },
      'learning_rate: unknown key. Did you mean "learningRate"? Known keys: model, ',
    ],
    [
      'in data',
      { data: { train: 'a', maxLenght: 8 } },
      'data.maxLenght: unknown key. Did you mean "maxLength"? Known keys: train, ',
    ],
    [
      'in optimizer',
      { optimizer: { beta_1: 0.9 } },
      'optimizer.beta_1: unknown key. Did you mean "beta1"? Known keys: beta1, ',
    ],
    [
      'in earlyStopping',
      { earlyStopping: { patients: 1 } },
      'earlyStopping.patients: unknown key. Did you mean "patience"?',
    ],
    ['that is hostile', JSON.parse('{ "__proto__x": 1 }') as object, '__proto__x: unknown key. Known keys: '],
  ])('%s', (_name, change, message) => {
    const [issue, ...rest] = issues(change);
    expect(issue.startsWith(message), issue).toBe(true);
    expect(rest).toEqual([]);
  });

  test('several at once', () => {
    expect(issues({ epoch: 1, batchSize: 0, model: undefined })).toEqual([
      expect.stringMatching(/^epoch: unknown key\. Did you mean "epochs"\?/),
      'model: is required (string)',
      'batchSize: expected integer ≥ 1, got 0',
    ]);
  });

  test('a key named __proto__', () => {
    const hostile = JSON.parse('{ "model": "DIR", "data": { "train": "a" }, "__proto__": { "seed": 9 } }') as unknown;
    expect(() => parseRunConfig(hostile)).toThrow('__proto__: unknown key');
    const inside = JSON.parse(
      '{ "model": "DIR", "data": { "train": "a" }, "masking": { "__proto__": { "name": "sft" } } }',
    ) as unknown;
    expect(() => parseRunConfig(inside)).toThrow('masking.name: is required');
  });
});

test.each<[object, string]>([
  [{ epochs: 0 }, 'epochs: expected number > 0, got 0'],
  [{ epochs: Infinity }, 'epochs: expected number > 0, got Infinity'],
  [{ steps: 1.5 }, 'steps: expected integer ≥ 1, got 1.5'],
  [{ learningRate: NaN }, 'learningRate: expected number > 0, got NaN'],
  [{ learningRate: '1e-4' }, 'learningRate: expected number > 0, got "1e-4"'],
  [{ seed: null }, 'seed: expected integer, got null'],
  [{ warmup: -1 }, 'warmup: expected number ≥ 0, got -1'],
  [{ maxGradientNorm: 0 }, 'maxGradientNorm: expected number > 0, got 0'],
  // 1 would divide by 1 − 1^t = 0 in the bias correction, 0 by √0 where a gradient is zero.
  [{ optimizer: { beta2: 1 } }, 'optimizer.beta2: expected number in [0, 1), got 1'],
  [{ optimizer: { epsilon: 0 } }, 'optimizer.epsilon: expected number > 0, got 0'],
  [{ schedule: 'cos' }, 'schedule: expected "cosine" | "linear" | "constant", got "cos"'],
  [{ schedule: 'linaer' }, 'schedule: expected "cosine" | "linear" | "constant", got "linaer". Did you mean "linear"?'],
  [{ data: 'train.jsonl' }, 'data: expected object, got "train.jsonl"'],
  [{ data: {} }, 'data.train: is required (string | object)'],
  [{ data: { train: 'a', packing: 'no' } }, 'data.packing: expected boolean, got "no"'],
  [{ plugins: ['a', 1] }, 'plugins.1: expected string, got 1'],
])('%j is refused', (change, message) => {
  expect(issues(change)).toEqual([message]);
});

test.each([null, [], 'x', 3, undefined])('%j is no configuration', (value) => {
  expect(() => parseRunConfig(value)).toThrow(InvalidConfigError);
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { referenceArray, runReference } from '@profit-sft/graph';
import {
  expectedParameters,
  layerPrograms,
  parseModelConfig,
  saveCheckpoint,
  type ModelConfig,
} from '@profit-sft/models';
import { hasSharedData, sharedData } from '../testing/shared-data.js';
import { type EngineModel, masked } from '@profit-sft/engine';
import { batchOfSequences } from '@profit-sft/testing';
import { openModel } from './open-model.js';

/** Tensors of llm-viz's files: little-endian float32 in base64. */
interface Stored {
  readonly shape: number[];
  readonly data: string;
}
type Document = Readonly<Record<string, Stored>> & {
  readonly config: Readonly<Record<'n_layer' | 'n_head' | 'n_embd' | 'vocab_size' | 'block_size', number>>;
};

const folder = join(sharedData, 'models/gpt-nano-sort');

async function read(name: string): Promise<Document> {
  return JSON.parse(await readFile(join(folder, name), 'utf8')) as Document;
}

function floats({ data }: Stored): Float32Array {
  const bytes = Buffer.from(data, 'base64');
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

function transposed(data: Float32Array, [rows, columns]: readonly number[]): Float32Array {
  return data.map((_, i) => data[(i % rows) * columns + Math.floor(i / rows)]);
}

/** minGPT's maps have PyTorch's axes, GPT-2's files the other order. */
function weightsOf(
  document: Document,
  config: ModelConfig,
): Map<string, { shape: readonly number[]; data: Float32Array }> {
  return new Map(
    expectedParameters(config).map(({ name, shape, kind, layer }) => {
      const stored = document[name];
      const data = floats(stored);
      return [name, { shape, data: kind === 'linear' && layer !== undefined ? transposed(data, stored.shape) : data }];
    }),
  );
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  return Array.from(actual).reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
}

describe.skipIf(!hasSharedData)('gpt-nano-sort, a trained GPT-2 (skipped where PROFIT_TEST_DATA is absent)', () => {
  let directory: string;
  let config: ModelConfig;
  let weights: ReturnType<typeof weightsOf>;
  let published: Document;
  let model: EngineModel;

  beforeAll(async () => {
    const document = await read('gpt-nano-sort-model.json');
    published = await read('gpt-nano-sort-t0-partials.json');
    const { n_layer, n_head, n_embd, vocab_size, block_size } = document.config;
    const keys = { model_type: 'gpt2', n_layer, n_head, n_embd, vocab_size, n_positions: block_size };
    config = parseModelConfig(
      { ...keys, tie_word_embeddings: false, bos_token_id: null, eos_token_id: null },
      'gpt-nano-sort',
    );
    weights = weightsOf(document, config);
    directory = await mkdtemp(join(tmpdir(), 'gpt-nano-sort-'));
    const parameters = [...weights].map(([name, parameter]) => ({ name, ...parameter }));
    await saveCheckpoint(directory, config, parameters, { dtype: 'F32' });
    model = await openModel(directory, {
      threads: 1,
      activationMemoryBytes: 0,
      headMemoryBytes: 2 ** 20,
      saveDtype: 'F32',
    });
  });
  afterAll(async () => {
    await model.dispose();
    await rm(directory, { recursive: true });
  });

  test('keys, values and every layer’s output are those of PyTorch', () => {
    const [rows, columns, hiddenSize] = published.x.shape;
    const { prefill } = layerPrograms(config);
    const mask = Float32Array.from({ length: rows * columns ** 2 }, (_, i) =>
      i % columns <= Math.floor(i / columns) % columns ? 0 : masked,
    );
    let hidden = floats(published.x);
    for (let layer = 0; layer < config.layers; layer++) {
      const prefix = `transformer.h.${layer}.`;
      const own = [...weights].filter(([name]) => name.startsWith(prefix));
      const { output, keys, values } = runReference(prefill, {
        hidden: referenceArray([rows * columns, hiddenSize], hidden),
        mask: referenceArray([rows, columns, columns], mask),
        ...Object.fromEntries(
          own.map(([name, { shape, data }]) => [name.slice(prefix.length), referenceArray(shape, data)]),
        ),
      });
      if (layer === 0) {
        expect(largestDifference(keys.data, floats(published.k))).toBeLessThan(1e-5);
        expect(largestDifference(values.data, floats(published.v))).toBeLessThan(1e-5);
      }
      hidden = floats(published[`block${layer}`]);
      expect(largestDifference(output.data, hidden), `layer ${layer}`).toBeLessThan(1e-5);
    }
  });

  test('the engine’s probabilities are those of PyTorch', async () => {
    const [rows, columns] = published.idx.shape;
    const ids = [...floats(published.idx)];
    const sequences = Array.from({ length: rows }, (_, row) => ids.slice(row * columns, (row + 1) * columns));
    const distributions = await model.distributions(batchOfSequences(sequences, 'packed'));
    const logProbs = await distributions.logProbs(0, rows * (columns - 1));
    const size = config.vocabularySize;
    // Nothing is predicted from a sequence's last token.
    const expected = floats(published.probs).filter((_, i) => Math.floor(i / size) % columns < columns - 1);
    expect(largestDifference(logProbs.map(Math.exp), expected)).toBeLessThan(1e-5);
    await distributions.release();
  });

  test('it sorts every input', async () => {
    const inputs = Array.from({ length: 3 ** 6 }, (_, index) =>
      Int32Array.from({ length: 6 }, (_digit, place) => Math.floor(index / 3 ** place) % 3),
    );
    const generated = await model.generate(inputs, { maxTokens: 6 });
    expect(generated.map(({ tokens }) => [...tokens])).toEqual(inputs.map((input) => [...input.toSorted()]));
  });
});

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidModelError } from '@profit-sft/core';
import type { ModelConfig } from './model-config.js';
import { parseModelConfig, readModelConfig } from './read-model-config.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const testData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));

/** The least that a Llama config.json must have. */
const llama = {
  model_type: 'llama',
  vocab_size: 100,
  hidden_size: 32,
  intermediate_size: 64,
  num_hidden_layers: 2,
  num_attention_heads: 4,
};
const qwen2 = { ...llama, model_type: 'qwen2', num_key_value_heads: 2 };
const qwen3 = { ...qwen2, model_type: 'qwen3' };
const olmo2 = { ...llama, model_type: 'olmo2' };
const gpt2 = { model_type: 'gpt2', vocab_size: 100, n_embd: 32, n_layer: 2, n_head: 4 };
const parse = (document: object, generation?: object): ModelConfig =>
  parseModelConfig(document as Record<string, unknown>, '/m', generation as Record<string, unknown> | undefined);

describe('readModelConfig', () => {
  it.each([
    [
      'llama-tied',
      { architecture: 'llama', tieEmbeddings: true, normEpsilon: 1e-5, headSize: 8, attentionBias: false },
    ],
    [
      'llama-untied-scaled',
      {
        tieEmbeddings: false,
        attentionBias: true,
        attentionOutputBias: true,
        mlpBias: true,
        ropeTheta: 10000,
        ropeScaling: {
          kind: 'llama3',
          factor: 8,
          lowFrequencyFactor: 1,
          highFrequencyFactor: 4,
          originalMaxPositions: 16,
        },
      },
    ],
    ['qwen2', { architecture: 'qwen2', attentionBias: true, attentionOutputBias: false, queryKeyNorm: 'none' }],
    [
      'gpt2',
      {
        architecture: 'gpt2',
        keyValueHeads: 4,
        maxPositions: 32,
        norm: 'layer',
        positions: 'learned',
        feedForward: 'plain',
        parameterLayout: 'gpt2',
        tieEmbeddings: true,
        normEpsilon: 1e-5,
        mlpBias: true,
      },
    ],
    ['olmo2', { architecture: 'olmo2', queryKeyNorm: 'width', normPlacement: 'after', ropeTheta: 5e5 }],
    ['qwen3', { architecture: 'qwen3', queryKeyNorm: 'head', headSize: 12, ropeTheta: 1e6, attentionBias: false }],
    ['llama-tied-bf16', { storedDtype: 'BF16' }],
    ['llama-tied-f16', { storedDtype: 'F16' }],
  ])('reads %s, written by transformers 5', async (name, expected) => {
    const config = await readModelConfig(join(fixtures, name));
    expect(config).toMatchObject({
      vocabularySize: 67,
      hiddenSize: 32,
      intermediateSize: 36,
      layers: 2,
      attentionHeads: 4,
      keyValueHeads: 2,
      maxPositions: 64,
      endIds: [2],
      beginId: 1,
      ...expected,
    });
    expect(config.raw['model_type']).toBe(config.architecture);
  });

  it.skipIf(!existsSync(testData))('reads real files of transformers 4', async () => {
    expect(await readModelConfig(join(testData, 'models/stories260K/hf'))).toMatchObject({
      architecture: 'llama',
      vocabularySize: 512,
      headSize: 8,
      keyValueHeads: 4,
      tieEmbeddings: true,
      ropeScaling: undefined,
      storedDtype: 'F32',
      beginId: 1,
      endIds: [2],
      generationConfigText: undefined,
    });
    expect(await readModelConfig(join(testData, 'models/llama-bf16-randominit'))).toMatchObject({
      storedDtype: 'BF16',
      headSize: 32,
      tieEmbeddings: false,
      beginId: undefined,
      endIds: [1],
    });
  });

  describe('files', () => {
    let directory: string;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'config-'));
    });
    afterAll(() => rm(directory, { recursive: true }));

    it('names a config.json that is missing, malformed or not an object', async () => {
      const file = join(directory, 'config.json');
      await expect(readModelConfig(directory)).rejects.toThrow(`${file}: does not exist`);
      await writeFile(file, '{"model_type": NaN}');
      await expect(readModelConfig(directory)).rejects.toThrow(`${file}: is not valid JSON`);
      await writeFile(file, '[]');
      await expect(readModelConfig(directory)).rejects.toThrow(`${file}: must hold a JSON object`);
      await expect(readModelConfig(file)).rejects.toThrow(InvalidModelError);
    });

    it('names a generation_config.json that is wrong', async () => {
      await writeFile(join(directory, 'config.json'), JSON.stringify(llama));
      await writeFile(join(directory, 'generation_config.json'), '{"eos_token_id": "</s>"}');
      await expect(readModelConfig(directory)).rejects.toThrow(
        /generation_config\.json: eos_token_id must be an integer/,
      );
    });
  });
});

describe('defaults are those of transformers', () => {
  it('for llama', () => {
    expect(parse(llama)).toMatchObject({
      keyValueHeads: 4,
      headSize: 8,
      normEpsilon: 1e-6,
      ropeTheta: 10000,
      ropeScaling: undefined,
      tieEmbeddings: false,
      attentionBias: false,
      attentionOutputBias: false,
      mlpBias: false,
      normPlacement: 'before',
      queryKeyNorm: 'none',
      maxPositions: 2048,
      beginId: 1,
      endIds: [2],
      storedDtype: undefined,
    });
  });

  it('for qwen2 and qwen3', () => {
    const common = { tieEmbeddings: false, maxPositions: 32768, beginId: undefined, endIds: [], mlpBias: false };
    expect(parse(qwen2)).toMatchObject({ ...common, headSize: 8, attentionBias: true, attentionOutputBias: false });
    expect(parse(qwen3)).toMatchObject({ ...common, headSize: 128, attentionBias: false, queryKeyNorm: 'head' });
    expect(
      parse({ ...qwen3, num_attention_heads: 64, num_key_value_heads: undefined, head_dim: 8 }).keyValueHeads,
    ).toBe(64);
  });

  it('for olmo2', () => {
    expect(parse(olmo2)).toMatchObject({
      keyValueHeads: 4,
      headSize: 8,
      normEpsilon: 1e-5,
      tieEmbeddings: false,
      maxPositions: 2048,
      beginId: undefined,
      endIds: [50279],
    });
    expect(parse({ ...olmo2, attention_bias: true, mlp_bias: true })).toMatchObject({
      attentionBias: true,
      attentionOutputBias: true,
      mlpBias: false,
    });
  });

  it('for gpt2', () => {
    expect(parse(gpt2)).toMatchObject({
      intermediateSize: 128,
      keyValueHeads: 4,
      headSize: 8,
      normEpsilon: 1e-5,
      tieEmbeddings: true,
      maxPositions: 1024,
      beginId: 50256,
      endIds: [50256],
    });
    expect(parse({ ...gpt2, n_inner: null }).intermediateSize).toBe(128);
    expect(parse({ ...gpt2, n_inner: 36, tie_word_embeddings: false })).toMatchObject({
      intermediateSize: 36,
      tieEmbeddings: false,
    });
  });

  it('32 key/value heads for Qwen where the key is absent, as many as query heads where it is null', () => {
    const { num_key_value_heads: _, ...absent } = { ...qwen3, num_attention_heads: 64 };
    expect(parse(absent).keyValueHeads).toBe(32);
    expect(parse({ ...absent, num_key_value_heads: null }).keyValueHeads).toBe(64);
  });

  it('Qwen2 ignores attention_bias, Qwen3 applies it to all four projections', () => {
    expect(parse({ ...qwen2, attention_bias: false })).toMatchObject({
      attentionBias: true,
      attentionOutputBias: false,
    });
    expect(parse({ ...qwen3, attention_bias: true })).toMatchObject({ attentionBias: true, attentionOutputBias: true });
  });
});

describe('special ids', () => {
  it('come from generation_config.json first, and may be several', () => {
    expect(parse({ ...llama, eos_token_id: 7 }, { eos_token_id: [5, 6, 5] }).endIds).toEqual([5, 6]);
    expect(parse({ ...llama, eos_token_id: [7, 8] }, {}).endIds).toEqual([7, 8]);
    expect(parse({ ...llama, eos_token_id: null }).endIds).toEqual([]);
    expect(parse({ ...llama, bos_token_id: null }, { bos_token_id: 9 }).beginId).toBe(9);
  });
});

describe('rotary settings', () => {
  const scaling = { factor: 8.0, low_freq_factor: 1.0, high_freq_factor: 4.0, original_max_position_embeddings: 8192 };
  const expected = {
    kind: 'llama3',
    factor: 8,
    lowFrequencyFactor: 1,
    highFrequencyFactor: 4,
    originalMaxPositions: 8192,
  };

  it('are the same in the old and the new spelling', () => {
    const old = parse({ ...llama, rope_theta: 500000, rope_scaling: { rope_type: 'llama3', ...scaling } });
    const recent = parse({ ...llama, rope_parameters: { rope_type: 'llama3', rope_theta: 500000, ...scaling } });
    expect(old).toMatchObject({ ropeTheta: 500000, ropeScaling: expected });
    expect(recent).toMatchObject({ ropeTheta: 500000, ropeScaling: expected });
  });

  it('take a theta beside rope_parameters, the old key "type", and null', () => {
    expect(parse({ ...llama, rope_theta: 5, rope_parameters: { rope_type: 'default' } })).toMatchObject({
      ropeTheta: 5,
    });
    expect(parse({ ...llama, rope_scaling: { type: 'linear', factor: 2 } }).ropeScaling).toEqual({
      kind: 'linear',
      factor: 2,
    });
    expect(parse({ ...llama, rope_scaling: null, rope_parameters: null }).ropeScaling).toBeUndefined();
  });

  it('fall back to max_position_embeddings for the original context', () => {
    const { original_max_position_embeddings: _, ...rest } = scaling;
    const config = parse({ ...llama, max_position_embeddings: 64, rope_scaling: { rope_type: 'llama3', ...rest } });
    expect(config.ropeScaling).toMatchObject({ originalMaxPositions: 64 });
  });
});

describe('refusals name the key', () => {
  it.each<[string, object, RegExp]>([
    [
      'another architecture',
      { ...llama, model_type: 'mamba' },
      /config\.json: model_type is "mamba".*supported: llama, qwen2, qwen3, olmo2, gpt2/,
    ],
    ['no architecture', { ...llama, model_type: undefined }, /model_type is missing/],
    ['a missing size', { ...llama, hidden_size: undefined }, /hidden_size is missing \(an integer/],
    ['a null size', { ...llama, vocab_size: null }, /vocab_size is missing/],
    ['a size as text', { ...llama, vocab_size: '100' }, /vocab_size must be an integer from 1 to \d+, but is "100"/],
    ['a fractional size', { ...llama, num_hidden_layers: 1.5 }, /num_hidden_layers must be an integer/],
    ['no layers', { ...llama, num_hidden_layers: 0 }, /num_hidden_layers must be an integer from 1/],
    ['a size without bound', { ...llama, intermediate_size: 1e15 }, /intermediate_size must be/],
    [
      'heads that do not divide',
      { ...llama, num_key_value_heads: 3 },
      /num_key_value_heads \(3\) must divide num_attention_heads \(4\)/,
    ],
    ['a hidden size that does not divide', { ...llama, hidden_size: 30 }, /hidden_size \(30\) must be a multiple/],
    ['an odd head size', { ...llama, head_dim: 7 }, /head_dim is 7/],
    ['a flag as text', { ...llama, tie_word_embeddings: 'no' }, /tie_word_embeddings must be true or false/],
    ['another activation', { ...llama, hidden_act: 'gelu' }, /hidden_act is "gelu"/],
    ['quantised weights', { ...llama, quantization_config: {} }, /quantization_config is set/],
    ['another activation of GPT-2', { ...gpt2, activation_function: 'relu' }, /activation_function is "relu"/],
    ['attention without its scale', { ...gpt2, scale_attn_weights: false }, /scale_attn_weights is false/],
    [
      'attention scaled by layer',
      { ...gpt2, scale_attn_by_inverse_layer_idx: true },
      /scale_attn_by_inverse_layer_idx is true: attention scaled by layer is not supported/,
    ],
    ['cross-attention', { ...gpt2, add_cross_attention: true }, /add_cross_attention is true: cross-attention/],
    ['heads that do not divide, GPT-2', { ...gpt2, n_head: 3 }, /n_embd \(32\) must be a multiple of n_head \(3\)/],
    ['a missing size of GPT-2', { ...gpt2, n_embd: undefined }, /n_embd is missing/],
    ['an unknown rope type of OLMo 2', { ...olmo2, rope_scaling: { rope_type: 'yarn' } }, /rope_type is "yarn"/],
    ['experts', { ...qwen2, num_experts: 60 }, /num_experts is 60: mixtures of experts/],
    [
      'a sliding window',
      { ...qwen2, use_sliding_window: true, max_window_layers: 1 },
      /use_sliding_window is true: layers from 1/,
    ],
    [
      'a sliding layer',
      { ...qwen3, layer_types: ['full_attention', 'sliding_attention'] },
      /layer_types has "sliding_attention"/,
    ],
    [
      'an unknown rope type',
      { ...llama, rope_scaling: { rope_type: 'yarn' } },
      /rope_scaling\.rope_type is "yarn".*default, linear, llama3/,
    ],
    [
      'an unknown rope type, new spelling',
      { ...llama, rope_parameters: { rope_type: 'dynamic' } },
      /rope_parameters\.rope_type is "dynamic"/,
    ],
    [
      'scaling without a factor',
      { ...llama, rope_scaling: { type: 'linear' } },
      /rope_scaling\.factor is missing \(a positive number\)/,
    ],
    [
      'a negative factor',
      { ...llama, rope_scaling: { type: 'linear', factor: -1 } },
      /rope_scaling\.factor must be a positive number/,
    ],
    [
      'equal frequency factors',
      { ...llama, rope_scaling: { rope_type: 'llama3', factor: 2, low_freq_factor: 4, high_freq_factor: 4 } },
      /high_freq_factor \(4\) must be above/,
    ],
    [
      'rope per layer type',
      { ...llama, rope_parameters: { full_attention: {} } },
      /full_attention sets rotary embeddings per layer/,
    ],
    ['rope that is not an object', { ...llama, rope_scaling: 2 }, /rope_scaling must be an object/],
    ['part of a head rotated', { ...llama, partial_rotary_factor: 0.5 }, /partial_rotary_factor is 0.5/],
    ['a negative end id', { ...llama, eos_token_id: -1 }, /eos_token_id must be an integer or a list/],
  ])('%s', (_, document, message) => {
    expect(() => parse(document)).toThrow(InvalidModelError);
    expect(() => parse(document)).toThrow(message);
  });

  it('but not for a window that no layer has', () => {
    expect(parse({ ...qwen2, use_sliding_window: true, max_window_layers: 2 }).layers).toBe(2);
    expect(parse({ ...qwen2, use_sliding_window: true, sliding_window: null, max_window_layers: 0 }).layers).toBe(2);
    expect(parse({ ...qwen2, use_sliding_window: false, sliding_window: 4096, max_window_layers: 0 }).layers).toBe(2);
  });

  it('never reads a key from the prototype', () => {
    const document = JSON.parse('{"__proto__": {"hidden_size": 32}}') as Record<string, unknown>;
    expect(() => parse({ ...llama, hidden_size: undefined, ...document })).toThrow(/hidden_size is missing/);
  });
});

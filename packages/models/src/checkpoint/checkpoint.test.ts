import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidModelError, OutputError } from '@profit-sft/core';
import { readModelConfig } from '../config/read-model-config.js';
import type { ModelConfig } from '../config/model-config.js';
import { openSafetensors } from '../safetensors/open-safetensors.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';
import { expectedParameters, parameterCount } from './expected-parameters.js';
import { openCheckpoint, type Checkpoint } from './open-checkpoint.js';
import { saveCheckpoint, type ParameterToSave } from './save-checkpoint.js';
import { verifyCheckpoint, verifyTokenizerFits } from './verify-checkpoint.js';

const fixtures = fileURLToPath(new URL('../../fixtures/', import.meta.url));
const testData = process.env.PROFIT_TEST_DATA ?? fileURLToPath(new URL('../../../../../shared/data', import.meta.url));
const models = ['llama-tied', 'llama-untied-scaled', 'qwen2', 'qwen3', 'olmo2', 'gpt2'];
const index = 'model.safetensors.index.json';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'checkpoint-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function withCheckpoint<T>(path: string, use: (checkpoint: Checkpoint) => T | Promise<T>): Promise<T> {
  const checkpoint = await openCheckpoint(path);
  try {
    return await use(checkpoint);
  } finally {
    await checkpoint.close();
  }
}

async function load(path: string): Promise<{ config: ModelConfig; parameters: ParameterToSave[] }> {
  const config = await readModelConfig(path);
  const parameters = await withCheckpoint(path, async (checkpoint) => {
    verifyCheckpoint(checkpoint, config);
    const loaded: ParameterToSave[] = [];
    for (const { name, shape } of expectedParameters(config)) {
      loaded.push({ name, shape, data: await checkpoint.readFloat32(name) });
    }
    return loaded;
  });
  return { config, parameters };
}

/** Copies a fixture and lets its index be edited. */
async function editIndex(
  edit: (map: Record<string, unknown>, document: Record<string, unknown>) => void,
): Promise<void> {
  await cp(join(fixtures, 'llama-tied-sharded'), directory, { recursive: true });
  const document = JSON.parse(await readFile(join(directory, index), 'utf8')) as {
    weight_map: Record<string, unknown>;
  };
  edit(document.weight_map, document);
  await writeFile(join(directory, index), JSON.stringify(document));
}

describe('expectedParameters', () => {
  it.each(models)('are the tensors of %s, gradients in the same shapes', async (name) => {
    const config = await readModelConfig(join(fixtures, name));
    const expected = new Map(expectedParameters(config).map((parameter) => [parameter.name, parameter.shape]));
    for (const file of ['model', 'gradients', 'after-step']) {
      const opened = await openSafetensors(join(fixtures, name, `${file}.safetensors`));
      expect(new Map([...opened.tensors].map(([key, { shape }]) => [key, shape]))).toEqual(
        new Map([...expected].sort()),
      );
      const bytes = [...opened.tensors.values()].reduce((total, { byteLength }) => total + byteLength, 0);
      expect(parameterCount(config)).toBe(bytes / 4);
      await opened.close();
    }
  });

  it('come in a fixed order with their kinds', async () => {
    const config = await readModelConfig(join(fixtures, 'qwen3'));
    const parameters = expectedParameters(config);
    expect(parameters.filter(({ layer }) => layer === 1).map(({ name, kind }) => [name, kind])).toEqual([
      ['model.layers.1.input_layernorm.weight', 'norm'],
      ['model.layers.1.self_attn.q_proj.weight', 'linear'],
      ['model.layers.1.self_attn.k_proj.weight', 'linear'],
      ['model.layers.1.self_attn.v_proj.weight', 'linear'],
      ['model.layers.1.self_attn.q_norm.weight', 'norm'],
      ['model.layers.1.self_attn.k_norm.weight', 'norm'],
      ['model.layers.1.self_attn.o_proj.weight', 'linear'],
      ['model.layers.1.post_attention_layernorm.weight', 'norm'],
      ['model.layers.1.mlp.gate_proj.weight', 'linear'],
      ['model.layers.1.mlp.up_proj.weight', 'linear'],
      ['model.layers.1.mlp.down_proj.weight', 'linear'],
    ]);
    const olmo = expectedParameters(await readModelConfig(join(fixtures, 'olmo2')));
    expect(olmo.filter(({ layer, kind }) => layer === 1 && kind === 'norm').map(({ name }) => name)).toEqual([
      'model.layers.1.self_attn.q_norm.weight',
      'model.layers.1.self_attn.k_norm.weight',
      'model.layers.1.post_attention_layernorm.weight',
      'model.layers.1.post_feedforward_layernorm.weight',
    ]);
    const outer = parameters.filter(({ layer }) => layer === undefined);
    expect(outer.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'model.embed_tokens.weight embedding',
      'model.norm.weight norm',
      'lm_head.weight linear',
    ]);
    const biased = expectedParameters(await readModelConfig(join(fixtures, 'llama-untied-scaled')));
    expect(biased.filter(({ kind }) => kind === 'bias').length).toBe(2 * 7);
  });
});

describe('openCheckpoint', () => {
  it('reads the same weights from shards as from one file', async () => {
    const single = await load(join(fixtures, 'llama-tied'));
    const sharded = await load(join(fixtures, 'llama-tied-sharded'));
    expect(sharded.parameters).toEqual(single.parameters);
    await withCheckpoint(join(fixtures, 'llama-tied-sharded'), (checkpoint) => {
      expect(new Set([...checkpoint.tensors.values()].map(({ file }) => file)).size).toBe(3);
    });
  });

  it('reads F16 and BF16 close to F32', async () => {
    const exact = await load(join(fixtures, 'llama-tied'));
    for (const [name, bound] of [
      ['llama-tied-f16', 2 ** -11],
      ['llama-tied-bf16', 2 ** -8],
    ] as const) {
      const { parameters } = await load(join(fixtures, name));
      const worst = parameters.flatMap(({ data }, i) =>
        [...(data as Float32Array)].map((value, j) => {
          const reference = (exact.parameters[i].data as Float32Array)[j];
          return Math.abs(value - reference) / Math.max(Math.abs(reference), 2 ** -14);
        }),
      );
      expect(Math.max(...worst)).toBeLessThanOrEqual(bound);
      expect(Math.max(...worst)).toBeGreaterThan(bound / 4);
    }
  });

  it('names what is missing', async () => {
    await expect(openCheckpoint(join(directory, 'none'))).rejects.toThrow(/none: does not exist/);
    await expect(openCheckpoint(directory)).rejects.toThrow(/has no weights: neither model\.safetensors nor/);
    await writeFile(join(directory, 'pytorch_model.bin'), '');
    await expect(openCheckpoint(directory)).rejects.toThrow(/pytorch_model\.bin.*convert the model to safetensors/);
  });

  it('names a missing shard, and a tensor that its shard does not have', async () => {
    await editIndex((map) => (map['extra'] = 'model-00002-of-00003.safetensors'));
    await expect(openCheckpoint(directory)).rejects.toThrow(
      /"extra" is in model-00002-of-00003\.safetensors, which does not/,
    );
    await unlink(join(directory, 'model-00003-of-00003.safetensors'));
    await expect(openCheckpoint(directory)).rejects.toThrow(
      /lists the shard model-00003-of-00003\.safetensors, which does not exist/,
    );
  });

  it.each([
    '../secret.safetensors',
    '/etc/x.safetensors',
    'a/../../b.safetensors',
    'a\\b.safetensors',
    'c:x.safetensors',
    'C:\\x.safetensors',
    'model\0.safetensors',
    'model.bin',
    '..',
    7,
    null,
  ])('refuses the shard name %s', async (shard) => {
    await editIndex((map) => (map['model.norm.weight'] = shard));
    await expect(openCheckpoint(directory)).rejects.toThrow(
      /weight_map\["model\.norm\.weight"\] must be the name of a/,
    );
  });

  it('refuses an index without a map', async () => {
    await editIndex((_, document) => delete document['weight_map']);
    await expect(openCheckpoint(directory)).rejects.toThrow(/index\.json: weight_map is missing/);
  });
});

describe('GPT-2 checkpoints of the model without its head', () => {
  it('are read by the names that transformers saves, and their buffers passed over', async () => {
    const path = join(fixtures, 'gpt2');
    const { config, parameters } = await load(path);
    const published = parameters.map((parameter) => ({
      ...parameter,
      name: parameter.name.replace(/^transformer\./, ''),
    }));
    for (const name of ['h.0.attn.bias', 'h.0.attn.masked_bias', 'lm_head.weight']) {
      published.push({ name, shape: [1], data: new Float32Array(1) });
    }
    await writeSafetensors(
      join(directory, 'model.safetensors'),
      published.map((parameter) => ({ ...parameter, dtype: 'F32' as const })),
    );
    const checkpoint = await openCheckpoint(directory, config);
    verifyCheckpoint(checkpoint, config);
    for (const { name, data } of parameters) expect(await checkpoint.readFloat32(name)).toEqual(data);
    await expect(checkpoint.readFloat32('transformer.h.9.ln_1.weight')).rejects.toThrow(/has no tensor/);
    await checkpoint.close();
  });

  it('have fused projections with GPT-2’s axes', async () => {
    const config = await readModelConfig(join(fixtures, 'gpt2'));
    const first = expectedParameters(config).filter(({ layer }) => layer === 0);
    expect(
      first.map(({ name, shape, kind }) => `${name.slice('transformer.h.0.'.length)} ${shape.join('×')} ${kind}`),
    ).toEqual([
      'ln_1.weight 32 norm',
      'ln_1.bias 32 bias',
      'attn.c_attn.weight 32×96 linear',
      'attn.c_attn.bias 96 bias',
      'attn.c_proj.weight 32×32 linear',
      'attn.c_proj.bias 32 bias',
      'ln_2.weight 32 norm',
      'ln_2.bias 32 bias',
      'mlp.c_fc.weight 32×36 linear',
      'mlp.c_fc.bias 36 bias',
      'mlp.c_proj.weight 36×32 linear',
      'mlp.c_proj.bias 32 bias',
    ]);
  });
});

describe('verifyCheckpoint', () => {
  it.each([...models, 'llama-tied-sharded', 'llama-tied-f16', 'llama-tied-bf16'])('accepts %s', async (name) => {
    const config = await readModelConfig(join(fixtures, name));
    await withCheckpoint(join(fixtures, name), (checkpoint) => verifyCheckpoint(checkpoint, config));
  });

  it('lists missing, unexpected and misshapen tensors, five of them', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    const tensors = parameters
      .filter(({ name }) => !name.includes('layers.1.'))
      .map((parameter) => (parameter.name === 'model.norm.weight' ? { ...parameter, shape: [4, 8] } : parameter));
    tensors.push({ name: 'model.layers.0.extra', shape: [1], data: new Float32Array(1) });
    await writeSafetensors(
      join(directory, 'model.safetensors'),
      tensors.map((t) => ({ ...t, dtype: 'F32' as const })),
    );
    const error = await withCheckpoint(directory, (checkpoint) => {
      try {
        verifyCheckpoint(checkpoint, config);
      } catch (thrown) {
        return thrown as InvalidModelError;
      }
      throw new Error('accepted');
    });
    expect(error).toBeInstanceOf(InvalidModelError);
    expect(error.message.split('\n')).toHaveLength(7);
    expect(error.message).toContain('model.layers.1.input_layernorm.weight is missing');
    expect(error.message).toMatch(/and 6 more$/);
  });

  it('says how a shape differs, and what does not belong', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    const wider = { ...config, intermediateSize: 37, layers: 1 };
    await writeSafetensors(
      join(directory, 'model.safetensors'),
      parameters.map((p) => ({ ...p, dtype: 'F32' as const })),
    );
    await withCheckpoint(directory, (checkpoint) => {
      expect(() => verifyCheckpoint(checkpoint, wider)).toThrow(
        /mlp\.gate_proj\.weight has the shape \[36, 32\], config\.json needs \[37, 32\]/,
      );
      expect(() => verifyCheckpoint(checkpoint, { ...config, layers: 1 })).toThrow(
        /"model\.layers\.1\.\S+" is not part of this architecture/,
      );
      expect(() => verifyCheckpoint(checkpoint, { ...config, tieEmbeddings: false })).toThrow(
        /lm_head\.weight is missing/,
      );
    });
  });

  it('passes over rotary buffers and a tied head that was stored anyway', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    const extra = [
      { name: 'model.layers.0.self_attn.rotary_emb.inv_freq', shape: [4], data: new Float32Array(4) },
      { name: 'lm_head.weight', shape: [67, 32], data: new Float32Array(67 * 32) },
    ];
    const entries = [...parameters, ...extra].map((parameter) => ({ ...parameter, dtype: 'F32' as const }));
    await writeSafetensors(join(directory, 'model.safetensors'), entries);
    await withCheckpoint(directory, (checkpoint) => {
      verifyCheckpoint(checkpoint, config);
      expect(() => verifyCheckpoint(checkpoint, { ...config, tieEmbeddings: false })).not.toThrow();
    });
  });

  it('refuses a tokenizer that is larger than the model, and no smaller one', async () => {
    const config = await readModelConfig(join(fixtures, 'qwen2'));
    verifyTokenizerFits(67, config, '/m');
    expect(() => verifyTokenizerFits(68, config, '/m')).toThrow(/tokenizer\.json: has 68 token ids, but .* for 67/);
  });
});

describe('saveCheckpoint', () => {
  it.each(models)('writes %s so that weights and configuration read back the same', async (name) => {
    const { config, parameters } = await load(join(fixtures, name));
    await saveCheckpoint(directory, config, parameters, { dtype: 'F32' });
    expect((await readdir(directory)).sort()).toEqual(['config.json', 'generation_config.json', 'model.safetensors']);
    for (const file of ['config.json', 'generation_config.json']) {
      expect(await readFile(join(directory, file), 'utf8')).toBe(await readFile(join(fixtures, name, file), 'utf8'));
    }
    const again = await load(directory);
    expect(again.parameters).toEqual(parameters);
    expect(again.config).toEqual(config);
  });

  it('changes nothing of config.json but the element type', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    await saveCheckpoint(directory, config, parameters, { dtype: 'BF16' });
    const before = await readFile(join(fixtures, 'llama-tied/config.json'), 'utf8');
    expect(await readFile(join(directory, 'config.json'), 'utf8')).toBe(before.replace('float32', 'bfloat16'));
    const saved = await load(directory);
    const theirs = await load(join(fixtures, 'llama-tied-bf16'));
    expect(saved.parameters).toEqual(theirs.parameters);
  });

  it('adds torch_dtype where no key names the element type', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    const { dtype: _, ...raw } = config.raw;
    const fresh = { ...config, raw, configText: undefined, generationConfigText: undefined };
    await saveCheckpoint(directory, fresh, parameters, { dtype: 'F16' });
    expect((await readdir(directory)).sort()).toEqual(['config.json', 'model.safetensors']);
    const saved = await readModelConfig(directory);
    expect(saved.raw).toEqual({ ...raw, torch_dtype: 'float16' });
    expect(saved.storedDtype).toBe('F16');
  });

  it('splits into shards with an index', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    await saveCheckpoint(directory, config, parameters, { dtype: 'F32', shardBytes: 24_000 });
    const files = (await readdir(directory)).filter((file) => file.endsWith('.safetensors')).sort();
    expect(files[0]).toBe(`model-00001-of-0000${files.length}.safetensors`);
    expect(files.length).toBeGreaterThan(2);
    const written = JSON.parse(await readFile(join(directory, index), 'utf8')) as {
      metadata: { total_size: number };
      weight_map: Record<string, string>;
    };
    expect(written.metadata.total_size).toBe(parameterCount(config) * 4);
    expect(Object.keys(written.weight_map).sort()).toEqual(parameters.map(({ name }) => name).sort());
    for (const file of files) {
      const shard = await openSafetensors(join(directory, file));
      const bytes = [...shard.tensors.values()].reduce((total, { byteLength }) => total + byteLength, 0);
      expect(bytes).toBeLessThanOrEqual(24_000);
      await shard.close();
    }
    expect((await load(directory)).parameters).toEqual(parameters);
  });

  it('gives a tensor larger than a shard a file of its own', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    await saveCheckpoint(directory, config, parameters, { dtype: 'F32', shardBytes: 1 });
    const files = (await readdir(directory)).filter((file) => file.endsWith('.safetensors'));
    expect(files).toHaveLength(parameters.length);
    expect((await load(directory)).parameters).toEqual(parameters);
  });

  it('overwrites an equal layout and refuses to leave other weights beside its own', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    await saveCheckpoint(directory, config, parameters, { dtype: 'F32' });
    await saveCheckpoint(directory, config, parameters, { dtype: 'BF16' });
    const sharded = saveCheckpoint(directory, config, parameters, { dtype: 'F32', shardBytes: 24_000 });
    await expect(sharded).rejects.toThrow(OutputError);
    await expect(sharded).rejects.toThrow(/already holds other weights \(model\.safetensors\)/);
    expect((await load(directory)).config.storedDtype).toBe('BF16');
  });

  it('writes no config.json when the weights fail', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    const broken = parameters.map((p) =>
      p.name === 'model.norm.weight' ? { ...p, data: new Float32Array(32).fill(1e6) } : p,
    );
    await expect(saveCheckpoint(directory, config, broken, { dtype: 'F16' })).rejects.toThrow(
      /"model\.norm\.weight" has the value 1000000/,
    );
    expect(await readdir(directory)).toEqual([]);
  });

  it('names a directory that cannot be made', async () => {
    const { config, parameters } = await load(join(fixtures, 'llama-tied'));
    const file = join(directory, 'file');
    await writeFile(file, '');
    await expect(saveCheckpoint(join(file, 'model'), config, parameters, { dtype: 'F32' })).rejects.toThrow(
      OutputError,
    );
  });
});

describe.skipIf(!existsSync(join(testData, 'models')))('real checkpoints', () => {
  it.each([
    ['models/stories260K/hf', 260_032],
    ['models/llama-bf16-randominit', 795_776],
  ])('%s loads, and is the same after saving in its own element type', async (name, count) => {
    const { config, parameters } = await load(join(testData, name));
    expect(parameterCount(config)).toBe(count);
    for (const { data } of parameters) expect((data as Float32Array).every(Number.isFinite)).toBe(true);
    await saveCheckpoint(directory, config, parameters, { dtype: config.storedDtype ?? 'F32' });
    const again = await load(directory);
    const bytesOf = ({ data }: ParameterToSave): Buffer => Buffer.from((data as Float32Array).buffer);
    for (const [i, parameter] of parameters.entries()) {
      expect(Buffer.compare(bytesOf(again.parameters[i]), bytesOf(parameter))).toBe(0);
    }
    expect(again.config.configText).toBe(config.configText);
  });
});

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { InvalidModelError } from '@profit-sft/core';
import { readModelConfig } from '../config/read-model-config.js';
import { openSafetensors } from '../safetensors/open-safetensors.js';
import { writeSafetensors } from '../safetensors/write-safetensors.js';
import { adapterBase, locateModel } from './adapter-base.js';
import { adapterScale, readAdapterConfig } from './adapter-config.js';
import { adapterTargets, targetModules } from './adapter-targets.js';
import { adapterParameters } from './layer-adapters.js';
import { mergeAdapter } from './merge-adapter.js';
import { openAdapter } from './open-adapter.js';
import { saveAdapter } from './save-adapter.js';

const fixtures = fileURLToPath(new URL('../../fixtures', import.meta.url));
const base = (name: string): string => join(fixtures, name);
const adapter = (name: string): string => join(fixtures, 'adapters', name);

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'profit-adapters-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of an adapter with keys of its configuration changed. */
function altered(name: string, keys: Record<string, unknown>): string {
  const directory = mkdtempSync(join(folder, 'altered-'));
  cpSync(adapter(name), directory, { recursive: true });
  const path = join(directory, 'adapter_config.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...config, ...keys }));
  return directory;
}

const pairs = [
  ['llama-tied', 'llama-tied'],
  ['qwen3-all-linear', 'qwen3'],
  ['gpt2', 'gpt2'],
  ['olmo2-down', 'olmo2'],
] as const;

describe.each(pairs)('adapter %s by PEFT', (name, of) => {
  test('merges into the weights that PEFT’s merge gives', async () => {
    const out = join(folder, `merged-${name}`);
    expect(await mergeAdapter(adapter(name), out, { dtype: 'F32' })).toBe(base(of));
    const [own, expected, before] = await Promise.all([
      openSafetensors(join(out, 'model.safetensors')),
      openSafetensors(join(adapter(name), 'merged.safetensors')),
      openSafetensors(join(base(of), 'model.safetensors')),
    ]);
    for (const tensor of own.tensors.keys()) {
      const reference = expected.tensors.has(tensor) ? expected : before;
      const weights = await reference.readFloat32(tensor);
      const merged = await own.readFloat32(tensor);
      expect(Math.max(...merged.map((value, i) => Math.abs(value - weights[i]))), tensor).toBeLessThan(1e-6);
    }
    expect([...expected.tensors.keys()].every((tensor) => own.tensors.has(tensor))).toBe(true);
    for (const file of [own, expected, before]) await file.close();
  });

  test('is the same after it was read and saved', async () => {
    const config = await readModelConfig(base(of));
    const opened = await openAdapter(adapter(name), config);
    const { rank, alpha, dropout, rankStabilised } = opened.config;
    const adapters = { rank, scale: opened.scale, targets: opened.targets, dropout, seed: 0 };
    const out = join(folder, `saved-${name}`);
    const parameters = adapterParameters({ ...config, adapters }).map((own) => ({
      ...own,
      data: () => opened.read(own.name),
    }));
    const saved = { base: base(of), rank, alpha, dropout, rankStabilised, targets: opened.targets };
    await saveAdapter(out, config, saved, parameters, 'F32');
    await opened.close();
    const again = await openAdapter(out, config);
    expect(again.targets).toEqual(opened.targets);
    expect(again.scale).toBe(opened.scale);
    const [before, after] = await Promise.all(
      [adapter(name), out].map((directory) => openSafetensors(join(directory, 'adapter_model.safetensors'))),
    );
    expect([...after.tensors.keys()].sort()).toEqual([...before.tensors.keys()].sort());
    for (const tensor of before.tensors.keys()) {
      expect(await after.readFloat32(tensor)).toEqual(await before.readFloat32(tensor));
    }
    for (const file of [again, before, after]) await file.close();
  });
});

test('the scale is alpha / r, or alpha / √r where it is rank-stabilised', async () => {
  expect(adapterScale({ rank: 4, alpha: 8, rankStabilised: false })).toBe(2);
  expect(adapterScale({ rank: 4, alpha: 8, rankStabilised: true })).toBe(4);
  expect(await readAdapterConfig(adapter('qwen3-all-linear'))).toMatchObject({ rank: 3, rankStabilised: true });
});

describe('what is not supported is refused by name', () => {
  test.each([
    [{ use_dora: true }, /use_dora is true, which is not supported/],
    [{ modules_to_save: ['lm_head'] }, /modules_to_save is \["lm_head"\], which is not supported/],
    [{ rank_pattern: { q_proj: 4 } }, /rank_pattern is .*, which is not supported/],
    [{ alpha_pattern: { q_proj: 4 } }, /alpha_pattern/],
    [{ layers_to_transform: [0] }, /layers_to_transform is \[0\]/],
    [{ trainable_token_indices: [3] }, /trainable_token_indices/],
    [{ lora_bias: true }, /lora_bias/],
    [{ bias: 'all' }, /bias is "all", which is not supported; supported: "none"/],
    [{ init_lora_weights: 'pissa' }, /init_lora_weights is "pissa", which is not supported: it trains on a base/],
    [{ something_new: { on: 1 } }, /something_new is \{"on":1\}, which is not supported/],
    [{ peft_type: 'IA3' }, /peft_type is "IA3", which is not supported; supported: "LORA"/],
    [{ task_type: 'SEQ_CLS' }, /task_type is "SEQ_CLS"; needed: "CAUSAL_LM"/],
    [{ r: 0 }, /r must be an integer from 1/],
  ])('%j', async (keys, message) => {
    const directory = altered('llama-tied', keys);
    await expect(readAdapterConfig(directory)).rejects.toThrow(InvalidModelError);
    await expect(readAdapterConfig(directory)).rejects.toThrow(message);
  });
});

describe('an adapter of another base is refused, naming the tensors', () => {
  const opened = async (directory: string, of: string) => openAdapter(directory, await readModelConfig(base(of)));

  test.each([
    ['gpt2', 'llama-tied', /transformer\.h\.0\..* belongs to no linear map of the base's layers \(llama\)/],
    [
      'llama-tied',
      'gpt2',
      /model\.layers\.0\.self_attn\.q_proj.* belongs to no linear map of the base's layers \(gpt2\)/,
    ],
    // Its heads are wider than those of Llama.
    [
      'qwen3-all-linear',
      'llama-tied',
      /q_proj\.lora_B\.weight has the shape \[48, 3\], needed: \[32, 3\] for this base and r = 3/,
    ],
  ])('%s for %s', async (name, of, message) => {
    await expect(opened(adapter(name), of)).rejects.toThrow(message);
  });

  test('another rank, and targets without tensors', async () => {
    await expect(opened(altered('llama-tied', { r: 8 }), 'llama-tied')).rejects.toThrow(
      /lora_A\.weight has the shape \[4, 32\], needed: \[8, 32\] for this base and r = 8/,
    );
    await expect(
      opened(altered('llama-tied', { target_modules: ['q_proj', 'v_proj', 'lm_head'] }), 'llama-tied'),
    ).rejects.toThrow(/target_modules of adapter_config\.json has "lm_head", for which there are no tensors/);
  });

  test('a missing tensor, and one too many', async () => {
    const directory = altered('llama-tied', {});
    const path = join(directory, 'adapter_model.safetensors');
    const file = await openSafetensors(path);
    const kept = [...file.tensors].filter(([name]) => !name.includes('layers.1.self_attn.v_proj.lora_B'));
    const tensors = await Promise.all(
      kept.map(async ([name, { shape }]) => ({
        name,
        shape,
        dtype: 'F32' as const,
        data: await file.readFloat32(name),
      })),
    );
    await file.close();
    await writeSafetensors(path, tensors);
    await expect(opened(directory, 'llama-tied')).rejects.toThrow(
      /base_model\.model\.model\.layers\.1\.self_attn\.v_proj\.lora_B\.weight is missing/,
    );
    const dora = 'base_model.model.model.layers.0.self_attn.q_proj.lora_magnitude_vector';
    await writeSafetensors(path, [...tensors, { ...tensors[0], name: dora }]);
    await expect(opened(directory, 'llama-tied')).rejects.toThrow(`"${dora}" belongs to no linear map`);
  });

  test('no weights', async () => {
    const directory = altered('llama-tied', {});
    rmSync(join(directory, 'adapter_model.safetensors'));
    await expect(opened(directory, 'llama-tied')).rejects.toThrow(/adapter_model\.safetensors: does not exist/);
  });
});

describe('targets', () => {
  test('are what PEFT takes for the architecture, all linear maps, or those that are named', async () => {
    const [llama, gpt2, olmo2] = await Promise.all(
      ['llama-tied', 'gpt2', 'olmo2'].map((name) => readModelConfig(base(name))),
    );
    expect(adapterTargets(llama, undefined)).toEqual(['self_attn.q_proj', 'self_attn.v_proj']);
    expect(adapterTargets(olmo2, undefined)).toEqual(['self_attn.q_proj', 'self_attn.v_proj']);
    expect(adapterTargets(gpt2, undefined)).toEqual(['attn.c_attn']);
    expect(adapterTargets(gpt2, 'all-linear')).toEqual(['attn.c_attn', 'attn.c_proj', 'mlp.c_fc', 'mlp.c_proj']);
    expect(adapterTargets(gpt2, ['c_proj'])).toEqual(['attn.c_proj', 'mlp.c_proj']);
    expect(adapterTargets(llama, ['up_proj', 'self_attn.k_proj'])).toEqual(['self_attn.k_proj', 'mlp.up_proj']);
    expect(() => adapterTargets(llama, ['proj'])).toThrow(
      /targets: has "proj", which no linear map is called; .*o_proj/,
    );
    expect(() => adapterTargets(llama, [])).toThrow(/targets: is empty/);
  });

  test('are saved by the shortest names that mean no other map', async () => {
    const gpt2 = await readModelConfig(base('gpt2'));
    expect(targetModules(gpt2, ['attn.c_attn', 'attn.c_proj'])).toEqual(['c_attn', 'attn.c_proj']);
    expect(targetModules(gpt2, ['attn.c_proj', 'mlp.c_proj'])).toEqual(['c_proj']);
  });
});

describe('the base', () => {
  test('is found from the adapter’s directory, or is given', async () => {
    expect(await adapterBase(adapter('gpt2'))).toBe(base('gpt2'));
    expect(await adapterBase(adapter('gpt2'), 'elsewhere')).toBe('elsewhere');
    expect(await locateModel(adapter('gpt2'))).toEqual({ model: base('gpt2'), adapter: adapter('gpt2') });
    expect(await locateModel(base('gpt2'))).toEqual({ model: base('gpt2'), adapter: undefined });
    await expect(locateModel(base('gpt2'), base('gpt2'))).rejects.toThrow(/base: is for adapters/);
  });

  test('that is no directory here has to be given', async () => {
    const directory = altered('gpt2', { base_model_name_or_path: 'someone/model' });
    await expect(adapterBase(directory)).rejects.toThrow(/names the base model "someone\/model", .* --base/);
    await expect(adapterBase(altered('gpt2', { base_model_name_or_path: null }))).rejects.toThrow(
      /does not name its base/,
    );
  });
});

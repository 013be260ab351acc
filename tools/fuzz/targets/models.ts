import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openAdapter } from '../../../packages/models/src/adapter/open-adapter.js';
import { readAdapterConfig } from '../../../packages/models/src/adapter/adapter-config.js';
import { openCheckpoint } from '../../../packages/models/src/checkpoint/open-checkpoint.js';
import { readModelConfig } from '../../../packages/models/src/config/read-model-config.js';
import { openSafetensors } from '../../../packages/models/src/safetensors/open-safetensors.js';
import fc from 'fast-check';
import { jsonInputs } from '../either.js';
import type { FuzzTarget } from '../fuzz-target.js';
import { mutatedBytes } from '../mutate-bytes.js';
import { mutatedJson } from '../mutate-json.js';
import { emptyFolder, writeInput } from '../write-input.js';

const fixtures = fileURLToPath(new URL('../../../packages/models/fixtures/', import.meta.url));
const bytes = (path: string): Uint8Array => readFileSync(join(fixtures, path));
const json = (path: string): object => JSON.parse(readFileSync(join(fixtures, path), 'utf8')) as object;
const architectures = ['gpt2', 'llama-tied', 'llama-untied-scaled', 'olmo2', 'qwen2', 'qwen3'];
const adapters = ['gpt2', 'llama-tied', 'olmo2-down', 'qwen3-all-linear'];

/** A header with its length before it and the data that it speaks of behind it, so that changes of its keys are what is refused. */
function withHeader(header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + text.length + 64);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  return file;
}
const headers = [
  {
    a: { dtype: 'F32', shape: [2, 4], data_offsets: [0, 32] },
    b: { dtype: 'BF16', shape: [16], data_offsets: [32, 64] },
  },
  { __metadata__: { format: 'pt' }, a: { dtype: 'F64', shape: [8], data_offsets: [0, 64] } },
  {
    a: { dtype: 'F16', shape: [], data_offsets: [0, 2] },
    b: { dtype: 'U8', shape: [0, 3], data_offsets: [2, 2] },
    c: { dtype: 'I8', shape: [62], data_offsets: [2, 64] },
  },
];

async function readEveryTensor(path: string): Promise<void> {
  const file = await openSafetensors(path);
  try {
    for (const [name, { dtype }] of file.tensors) {
      await file.read(name);
      if (['F32', 'F16', 'BF16', 'F64'].includes(dtype)) await file.readFloat32(name);
    }
  } finally {
    await file.close();
  }
}

/** The files of a fixture in a folder, and `name` replaced by the input. */
function withFixture(folder: string, fixture: string, name: string, input: Uint8Array): void {
  emptyFolder(folder);
  for (const file of readdirSync(join(fixtures, fixture)))
    copyFileSync(join(fixtures, fixture, file), join(folder, file));
  writeInput(folder, name, input);
}

const qwen3 = await readModelConfig(join(fixtures, 'qwen3'));

export const modelTargets: readonly FuzzTarget[] = [
  {
    name: 'safetensors',
    reads: 'safetensors: header, tensors',
    source: 'packages/models/src/safetensors',
    inputs: fc.oneof(
      mutatedJson(headers).map(withHeader),
      mutatedBytes([
        bytes('adapters/gpt2/adapter_model.safetensors'),
        ...headers.map((header) => withHeader(JSON.stringify(header))),
      ]),
    ),
    parse: (input, folder) => readEveryTensor(writeInput(folder, 'model.safetensors', input)),
  },
  {
    name: 'safetensors-index',
    reads: '`model.safetensors.index.json`',
    source: 'packages/models/src/checkpoint/open-checkpoint.ts',
    inputs: jsonInputs([json('llama-tied-sharded/model.safetensors.index.json')]),
    async parse(input, folder) {
      withFixture(folder, 'llama-tied-sharded', 'model.safetensors.index.json', input);
      const checkpoint = await openCheckpoint(folder);
      await checkpoint.close();
    },
  },
  {
    name: 'model-config',
    reads: '`config.json`, `generation_config.json`',
    source: 'packages/models/src/config',
    inputs: jsonInputs(architectures.map((name) => json(`${name}/config.json`))),
    async parse(input, folder) {
      writeInput(folder, 'config.json', input);
      await readModelConfig(folder);
      writeInput(folder, 'generation_config.json', input);
      await readModelConfig(folder);
    },
  },
  {
    name: 'adapter-config',
    reads: '`adapter_config.json`',
    source: 'packages/models/src/adapter/adapter-config.ts',
    inputs: jsonInputs(adapters.map((name) => json(`adapters/${name}/adapter_config.json`))),
    parse: (input, folder) => {
      writeInput(folder, 'adapter_config.json', input);
      return readAdapterConfig(folder);
    },
  },
  {
    name: 'adapter-weights',
    reads: '`adapter_model.safetensors` against its base',
    source: 'packages/models/src/adapter/open-adapter.ts',
    inputs: mutatedBytes([bytes('adapters/qwen3-all-linear/adapter_model.safetensors')]),
    async parse(input, folder) {
      withFixture(folder, 'adapters/qwen3-all-linear', 'adapter_model.safetensors', input);
      const adapter = await openAdapter(folder, qwen3);
      await adapter.close();
    },
  },
];

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidModelError } from '@profit-sft/core';
import { defaultCacheOptions, type CacheOptions } from '@profit-sft/engine';
import { readModelConfig, type ModelConfig } from '@profit-sft/models';
import { findInstallation, type Installation } from '../installation/find-installation.js';
import type { LibraryModel } from '../installation/library.js';
import { loadLibrary } from '../installation/load-library.js';
import { fromDirectory } from '../installation/local-directory.js';
import { ExportedModel } from './exported-model.js';
import { TransformersModel } from './transformers-model.js';

export interface OpenOptions {
  /** Folder in which Transformers.js is installed; default: where this package or the working directory finds it. */
  readonly installation?: string | undefined;
  /** Most bytes of logits in one pass. A sequence that alone has more is run in pieces, but for version 2. */
  readonly logitsMemoryBytes: number;
  /** Of generation. */
  readonly cache?: CacheOptions;
}

/** Where an export keeps its program, within its directory. */
const modelFile = join('onnx', 'model.onnx');

/**
 * Opens a directory that `profit export --format onnx` wrote, in the calling process. Transformers.js brings an ONNX Runtime of its own,
 * which (before version 4) does not load where another has been loaded.
 *
 * @throws BackendUnavailableError when Transformers.js is not installed or does not load
 * @throws InvalidModelError for a directory that is not an export, or one that this version of Transformers.js cannot run
 */
export async function openModel(directory: string, options: OpenOptions): Promise<TransformersModel> {
  const installation = findInstallation(options.installation);
  const { packageName, version } = installation;
  const config = await readModelConfig(directory);
  const file = join(directory, modelFile);
  if ((await stat(file).catch(() => undefined))?.isFile() !== true) {
    throw new InvalidModelError(
      file,
      `is missing: the backend transformers runs ONNX exports. Make one with: profit export --model ${directory} --format onnx --out DIRECTORY`,
    );
  }
  const old = version.startsWith('2.');
  if (old) refuseUnknownToVersion2(directory, config, installation);
  const library = await loadLibrary(installation);
  let model: LibraryModel;
  try {
    model = await fromDirectory(library, directory, (name) =>
      library.AutoModelForCausalLM.from_pretrained(name, {
        local_files_only: true,
        // Version 2 looks for `decoder_model_merged_quantized.onnx` unless told; since version 3 `config.json` says all.
        ...(old ? { quantized: false, model_file_name: 'model' } : {}),
      }),
    );
  } catch (cause) {
    throw new InvalidModelError(file, `${packageName} ${version} does not open it: ${(cause as Error).message}`, {
      cause,
    });
  }
  const { vocabularySize } = config;
  const limits = {
    rows: old ? 1 : Infinity,
    tokens: Math.max(1, Math.floor(options.logitsMemoryBytes / (4 * vocabularySize))),
  };
  const exported = new ExportedModel(library, model, file, config, limits, !old);
  return new TransformersModel(config, exported, `${packageName} ${version}`, options.cache ?? defaultCacheOptions);
}

/** Version 2 would construct these models from a base class, without a cache or with one of wrong sizes, and fail when they run. */
function refuseUnknownToVersion2(directory: string, config: ModelConfig, { packageName, version }: Installation): void {
  const { architecture, hiddenSize, attentionHeads, headSize } = config;
  const refuse = (what: string): never => {
    const message = `${what}, which ${packageName} ${version} does not know. Install @huggingface/transformers instead`;
    throw new InvalidModelError(join(directory, 'config.json'), message);
  };
  if (architecture === 'qwen3' || architecture === 'olmo2') refuse(`is of a ${architecture} model`);
  if (headSize * attentionHeads !== hiddenSize) refuse('has a head_dim that is not hidden_size / num_attention_heads');
}

import { copyFile, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OutputError, writeError } from '@profit-sft/core';
import {
  decoderProgram,
  expectedParameters,
  openCheckpoint,
  readModelConfig,
  verifyCheckpoint,
  type ModelConfig,
} from '@profit-sft/models';
import { emitGraph } from '../onnx/emit-program.js';
import { encodeOnnxPieces, type OnnxVersion } from '../onnx/onnx-model.js';
import { exportedConfig } from './exported-config.js';
import { placeWeights } from './place-weights.js';
import { rotaryHalves } from './rotary-halves.js';
import { writeParts } from './write-parts.js';

export interface ExportOptions {
  /**
   * Most bytes of one file of weights; default 2,000,000,000. A model with more keeps its weights in `model.onnx_data`,
   * `model.onnx_data_1`, … beside the program, because protobuf ends at 2 GiB, and so do the buffers of browsers.
   */
  readonly fileBytes?: number;
}

export interface ExportedFile {
  /** Path within the output directory, with `/`. */
  readonly name: string;
  readonly bytes: number;
}

/** What an export wrote. */
export interface ExportedModel {
  readonly files: readonly ExportedFile[];
  /** Files that hold weights outside of `model.onnx`; 0 for a model in one file. */
  readonly externalFiles: number;
}

/**
 * The oldest in which every operator of the program has its present form, for readers that are older than the engine's
 * own runtime: Transformers.js 2 has ONNX Runtime 1.14.
 */
const version: OnnxVersion = { opset: 17, ir: 8 };

/** Files of a model directory that Transformers.js reads beside the model and its configuration. */
const companions = ['tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'chat_template.jinja'];

const int64 = ['input_ids', 'attention_mask', 'position_ids'];

/**
 * Writes a Hugging Face model directory as an ONNX decoder with key/value cache, laid out as Transformers.js loads it:
 * `onnx/model.onnx` in float32 with only standard ONNX operators, `generation_config.json` and the tokenizer's files where the
 * model has them, and last `config.json`. A tied embedding is stored once. Tensors are read and written one after the other.
 *
 * @throws InvalidModelError when the model cannot be read
 * @throws OutputError when the output directory is not empty or cannot be written
 */
export async function exportOnnx(
  directory: string,
  output: string,
  options: ExportOptions = {},
): Promise<ExportedModel> {
  const { fileBytes = 2_000_000_000 } = options;
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory, config);
  try {
    verifyCheckpoint(checkpoint, config);
    await prepareOutput(output);
    const tables = rotaryHalves(config);
    const stored = [
      ...expectedParameters(config).map(({ name, shape }) => ({
        ...{ name, shape },
        read: () => checkpoint.readFloat32(name),
      })),
      ...tables.map(({ name, shape, data }) => ({ name, shape, read: () => Promise.resolve(data) })),
    ];
    const { weights, files } = placeWeights(stored, 'model.onnx_data', fileBytes);
    const graph = emitGraph(decoderProgram(config), {
      int64,
      constants: stored.map(({ name }) => name),
      // Without ONNX Runtime's own operators, which another runtime need not have.
      webgpu: true,
    });
    const pieces = encodeOnnxPieces(graph, weights, version);
    await writeParts(join(output, 'onnx/model.onnx'), async function* () {
      yield pieces.start;
      for (const [index, { external }] of weights.entries()) {
        yield pieces.prefixes[index];
        if (external === undefined) yield stored[index].read();
      }
    });
    for (const file of files) {
      await writeParts(join(output, 'onnx', file), async function* () {
        for (const [index, { external }] of weights.entries()) {
          if (external?.file === file) yield stored[index].read();
        }
      });
    }
    const others = await writeCompanions(directory, output, config, files.length);
    return {
      files: await withSizes(output, ['onnx/model.onnx', ...files.map((name) => `onnx/${name}`), ...others]),
      externalFiles: files.length,
    };
  } finally {
    await checkpoint.close();
  }
}

async function prepareOutput(output: string): Promise<void> {
  let present: string[];
  try {
    await mkdir(output, { recursive: true });
    present = await readdir(output);
    if (present.length === 0) await mkdir(join(output, 'onnx'));
  } catch (cause) {
    throw new OutputError(output, `cannot be made (${(cause as Error).message})`, { cause });
  }
  if (present.length > 0) {
    throw new OutputError(output, 'exists already and is not empty. Choose another directory, or remove it first');
  }
}

/** Copies the small files; `config.json` comes last, so that a directory without it is an unfinished export. */
async function writeCompanions(
  directory: string,
  output: string,
  config: ModelConfig,
  externalFiles: number,
): Promise<string[]> {
  const written: string[] = [];
  const write = async (name: string, task: (path: string) => Promise<void>): Promise<void> => {
    const path = join(output, name);
    try {
      await task(path);
    } catch (cause) {
      throw writeError(path, cause);
    }
    written.push(name);
  };
  for (const name of companions) {
    const source = join(directory, name);
    if ((await stat(source).catch(() => undefined))?.isFile() === true) {
      await write(name, (path) => copyFile(source, path));
    }
  }
  const { generationConfigText } = config;
  if (generationConfigText !== undefined) {
    await write('generation_config.json', (path) => writeFile(path, generationConfigText));
  }
  await write('config.json', (path) => writeFile(path, exportedConfig(config, externalFiles)));
  return written;
}

function withSizes(output: string, names: readonly string[]): Promise<ExportedFile[]> {
  return Promise.all(names.map(async (name) => ({ name, bytes: (await stat(join(output, name))).size })));
}

import type { Tensor } from 'onnxruntime-node';
import { layerPrograms, type DecoderShape, type LayerPrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import type { Executable, Feeds, OnnxRuntimeOptions } from '../runtime/onnx-runtime.js';
import type { BatchInputs } from './batch-inputs.js';
import type { Parameter } from './parameters.js';

export type LayerParameters = ReadonlyMap<string, Parameter>;

/** Keys and values of one layer's tokens, [batch, keyValueHeads, sequence, headSize]. */
export interface LayerKeyValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

/** What one layer works on. */
export interface LayerPass {
  readonly parameters: LayerParameters;
  readonly inputs: BatchInputs;
  /** The layer's input, [tokens, hiddenSize]. */
  readonly hidden: Tensor;
}

function weightFeeds(parameters: LayerParameters): Feeds {
  return Object.fromEntries([...parameters].map(([name, parameter]) => [name, parameter.weightTensor]));
}

function passFeeds({ parameters, inputs, hidden }: LayerPass): Feeds {
  return { ...weightFeeds(parameters), ...inputs, hidden };
}

/** Runs a layer's programs for generation with the weights of whichever layer is due. */
export class LayerRunner {
  private readonly compiled: CompiledPrograms;
  private readonly programs: LayerPrograms;

  constructor(shape: DecoderShape, options: OnnxRuntimeOptions) {
    this.programs = layerPrograms(shape);
    this.compiled = new CompiledPrograms(options);
  }

  /** A forward pass that also returns the tokens' keys and values: the prompt of a generation. */
  async prefill(pass: LayerPass, output: Tensor): Promise<LayerKeyValues> {
    const executable = await this.compiledProgram('prefill');
    const { keys, values } = await executable.run(passFeeds(pass), { output });
    return { keys, values };
  }

  /** New tokens that look at a cache as well: mask [batch, sequence, capacity + sequence]. */
  async cached(pass: LayerPass, cache: LayerKeyValues, output: Tensor): Promise<LayerKeyValues> {
    const executable = await this.compiledProgram('cached');
    const feeds = { ...passFeeds(pass), cachedKeys: cache.keys, cachedValues: cache.values };
    const { keys, values } = await executable.run(feeds, { output });
    return { keys, values };
  }

  release(): Promise<void> {
    return this.compiled.release();
  }

  private compiledProgram(name: keyof LayerPrograms): Promise<Executable> {
    return this.compiled.get(name, () => this.programs[name]);
  }
}

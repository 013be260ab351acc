import type { Tensor } from 'onnxruntime-node';
import { layerPrograms, type DecoderShape, type KeptValue, type LayerPrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor, type Executable, type Feeds, type OnnxRuntimeOptions } from '../runtime/onnx-runtime.js';
import type { BatchInputs } from './batch-inputs.js';
import { FloatBuffer } from './float-buffer.js';
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
  /** For the last layer: the tokens whose output is wanted, int [rows]. */
  readonly rows?: Tensor;
  /** Where the layer's products are kept for its backward pass; recomputed where absent. */
  readonly kept?: KeptProducts;
}

/** Memory for the matrix products of one layer. */
export class KeptProducts {
  private readonly buffers = new Map<string, FloatBuffer>();

  constructor(private readonly values: readonly KeptValue[]) {}

  /** Bytes for this many tokens. */
  bytes(tokens: number): number {
    return 4 * tokens * this.values.reduce((sum, { width }) => sum + width, 0);
  }

  tensors(tokens: number): Feeds {
    return Object.fromEntries(
      this.values.map(({ name, width }) => {
        let buffer = this.buffers.get(name);
        if (buffer === undefined) this.buffers.set(name, (buffer = new FloatBuffer()));
        return [name, floatTensor(buffer.take(tokens * width), [tokens, width])];
      }),
    );
  }
}

function weightFeeds(parameters: LayerParameters): Feeds {
  return Object.fromEntries([...parameters].map(([name, parameter]) => [name, parameter.weightTensor]));
}

function passFeeds({ parameters, inputs, hidden, rows }: LayerPass): Feeds {
  return { ...weightFeeds(parameters), ...inputs, hidden, ...(rows === undefined ? {} : { rows }) };
}

/** Runs the one set of compiled layer programs with the weights of whichever layer is due. */
export class LayerRunner {
  private readonly compiled: CompiledPrograms;
  private readonly programs: LayerPrograms;
  private readonly kept: readonly KeptValue[];
  private readonly lastKept: readonly KeptValue[];

  constructor(shape: DecoderShape, options: OnnxRuntimeOptions) {
    const { programs, kept, lastKept } = layerPrograms(shape);
    this.programs = programs;
    this.compiled = new CompiledPrograms(options);
    this.kept = kept;
    this.lastKept = lastKept;
  }

  keptProducts(last: boolean): KeptProducts {
    return new KeptProducts(last ? this.lastKept : this.kept);
  }

  /** Writes the layer's output, [tokens or rows, hiddenSize]. */
  async forward(pass: LayerPass, output: Tensor): Promise<void> {
    const last = pass.rows !== undefined;
    const keeping = pass.kept !== undefined;
    const name = last ? (keeping ? 'lastForwardKeeping' : 'lastForward') : keeping ? 'forwardKeeping' : 'forward';
    const executable = await this.compiledProgram(name);
    await executable.run(passFeeds(pass), { output, ...pass.kept?.tensors(pass.hidden.dims[0]) });
  }

  /**
   * outputGradient [tokens or rows, hiddenSize] → hiddenGradient [tokens, hiddenSize]; adds to the parameters'
   * gradients in place.
   */
  async backward(pass: LayerPass, outputGradient: Tensor, hiddenGradient: Tensor): Promise<void> {
    const last = pass.rows !== undefined;
    const keeping = pass.kept !== undefined;
    const name = last ? (keeping ? 'lastBackwardKeeping' : 'lastBackward') : keeping ? 'backwardKeeping' : 'backward';
    const executable = await this.compiledProgram(name);
    const feeds: Feeds = { ...passFeeds(pass), outputGradient, ...pass.kept?.tensors(pass.hidden.dims[0]) };
    const fetches: Feeds = { hiddenGradient };
    for (const [parameterName, parameter] of pass.parameters) {
      // The sum's memory is also the result's: the program adds in place.
      feeds[`gradient:${parameterName}`] = parameter.gradientTensor;
      fetches[`newGradient:${parameterName}`] = parameter.gradientTensor;
    }
    await executable.run(feeds, fetches);
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

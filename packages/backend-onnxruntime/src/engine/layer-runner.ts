import type { Tensor } from 'onnxruntime-node';
import { layerPrograms, type DecoderShape, type LayerPrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor, type Feeds, type OnnxRuntimeOptions } from '../runtime/onnx-runtime.js';
import type { BatchInputs } from './batch-inputs.js';
import { FloatBuffer } from './float-buffer.js';
import type { Parameter } from './parameters.js';

export type LayerParameters = ReadonlyMap<string, Parameter>;

/** Keys and values of one layer's tokens, [batch, keyValueHeads, sequence, headSize]. */
export interface LayerKeyValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

function weightFeeds(parameters: LayerParameters): Feeds {
  return Object.fromEntries([...parameters].map(([name, parameter]) => [name, parameter.weightTensor]));
}

/** Runs the one set of compiled layer programs with the weights of whichever layer is due. Compiles on first use. */
export class LayerRunner {
  private readonly programs: CompiledPrograms<Exclude<keyof LayerPrograms, 'kept'>>;
  private readonly kept: LayerPrograms['kept'];
  private readonly keptBuffers = new Map<string, FloatBuffer>();

  constructor(shape: DecoderShape, options: OnnxRuntimeOptions) {
    const { kept, ...programs } = layerPrograms(shape);
    this.programs = new CompiledPrograms(programs, options);
    this.kept = kept;
  }

  /** hidden → output, both [tokens, hiddenSize]. */
  async forward(parameters: LayerParameters, inputs: BatchInputs, hidden: Tensor, output: Tensor): Promise<void> {
    const executable = await this.programs.get('forward');
    await executable.run({ ...weightFeeds(parameters), ...inputs, hidden }, { output });
  }

  /** As `forward`, and keeps the layer's matrix products for `backwardKeeping`. */
  async forwardKeeping(
    layer: number,
    parameters: LayerParameters,
    inputs: BatchInputs,
    hidden: Tensor,
    output: Tensor,
  ): Promise<void> {
    const executable = await this.programs.get('forwardKeeping');
    const kept = this.keptTensors(layer, hidden.dims[0]);
    await executable.run({ ...weightFeeds(parameters), ...inputs, hidden }, { output, ...kept });
  }

  /**
   * outputGradient → hiddenGradient, both [tokens, hiddenSize]; adds to the parameters' gradients in place. `kept`
   * names the layer whose products `forwardKeeping` kept; without it they are recomputed from `hidden`.
   */
  async backward(
    parameters: LayerParameters,
    inputs: BatchInputs,
    hidden: Tensor,
    outputGradient: Tensor,
    hiddenGradient: Tensor,
    kept: number | undefined,
  ): Promise<void> {
    const executable = await this.programs.get(kept === undefined ? 'backward' : 'backwardKeeping');
    const feeds: Feeds = { ...weightFeeds(parameters), ...inputs, hidden, outputGradient };
    const fetches: Feeds = { hiddenGradient };
    for (const [name, parameter] of parameters) {
      // The sum's memory is also the result's: the program adds in place.
      feeds[`gradient:${name}`] = parameter.gradientTensor;
      fetches[`newGradient:${name}`] = parameter.gradientTensor;
    }
    if (kept !== undefined) Object.assign(feeds, this.keptTensors(kept, hidden.dims[0]));
    await executable.run(feeds, fetches);
  }

  /** A forward pass that also returns the tokens' keys and values: the prompt of a generation. */
  async prefill(
    parameters: LayerParameters,
    inputs: BatchInputs,
    hidden: Tensor,
    output: Tensor,
  ): Promise<LayerKeyValues> {
    const executable = await this.programs.get('prefill');
    const { keys, values } = await executable.run({ ...weightFeeds(parameters), ...inputs, hidden }, { output });
    return { keys, values };
  }

  /** New tokens that look at a cache as well: mask [batch, sequence, capacity + sequence]. */
  async cached(
    parameters: LayerParameters,
    inputs: BatchInputs,
    hidden: Tensor,
    cache: LayerKeyValues,
    output: Tensor,
  ): Promise<LayerKeyValues> {
    const executable = await this.programs.get('cached');
    const feeds = {
      ...weightFeeds(parameters),
      ...inputs,
      hidden,
      cachedKeys: cache.keys,
      cachedValues: cache.values,
    };
    const { keys, values } = await executable.run(feeds, { output });
    return { keys, values };
  }

  async release(): Promise<void> {
    await this.programs.release();
    this.keptBuffers.clear();
  }

  private keptTensors(layer: number, tokens: number): Feeds {
    return Object.fromEntries(
      this.kept.map(({ name, width }) => {
        const key = `${layer}/${name}`;
        let buffer = this.keptBuffers.get(key);
        if (buffer === undefined) this.keptBuffers.set(key, (buffer = new FloatBuffer()));
        return [name, floatTensor(buffer.take(tokens * width), [tokens, width])];
      }),
    );
  }
}

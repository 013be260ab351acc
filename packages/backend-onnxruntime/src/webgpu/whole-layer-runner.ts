import { wholeLayerPrograms, type DecoderShape, type KeptValue, type WholeLayerPrograms } from '@profit-sft/models';
import { passFeeds, type LayerPass } from '../engine/layer-runner.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import type { CompiledProgram, ValueBuffer, Values } from '../runtime/runtime.js';
import type { DeviceRuntime } from './device-runtime.js';
import type { DeviceTensor } from './device-tensor.js';

/** What one layer works on in training. */
export interface WholeLayerPass extends LayerPass<DeviceTensor> {
  /** For the last layer: the tokens whose output is wanted, int [rows]. */
  readonly rows?: DeviceTensor;
  /** Where the layer's products are kept for its backward pass; recomputed where absent. */
  readonly kept?: KeptProducts;
}

/** Memory for the matrix products of one layer. */
export class KeptProducts {
  private readonly buffers = new Map<string, ValueBuffer<DeviceTensor>>();

  constructor(
    private readonly values: readonly KeptValue[],
    private readonly runtime: DeviceRuntime,
  ) {}

  /** Bytes for this many tokens. */
  bytes(tokens: number): number {
    return 4 * tokens * this.values.reduce((sum, { width }) => sum + width, 0);
  }

  tensors(tokens: number): Values<DeviceTensor> {
    return Object.fromEntries(
      this.values.map(({ name, width }) => {
        let buffer = this.buffers.get(name);
        if (buffer === undefined) this.buffers.set(name, (buffer = this.runtime.buffer()));
        return [name, buffer.tensor([tokens, width])];
      }),
    );
  }
}

function feedsOf(pass: WholeLayerPass): Values<DeviceTensor> {
  return { ...passFeeds(pass), ...(pass.rows === undefined ? {} : { rows: pass.rows }) };
}

/** Runs the one set of compiled layer programs with the weights of whichever layer is due. */
export class WholeLayerRunner {
  private readonly compiled: CompiledPrograms<DeviceTensor>;
  private readonly programs: WholeLayerPrograms;
  private readonly kept: readonly KeptValue[];
  private readonly lastKept: readonly KeptValue[];

  constructor(
    shape: DecoderShape,
    private readonly runtime: DeviceRuntime,
  ) {
    const { programs, kept, lastKept } = wholeLayerPrograms(shape);
    this.programs = programs;
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
    this.kept = kept;
    this.lastKept = lastKept;
  }

  keptProducts(last: boolean): KeptProducts {
    return new KeptProducts(last ? this.lastKept : this.kept, this.runtime);
  }

  /** Writes the layer's output, [tokens or rows, hiddenSize]. */
  async forward(pass: WholeLayerPass, output: DeviceTensor): Promise<void> {
    const last = pass.rows !== undefined;
    const keeping = pass.kept !== undefined;
    const name = last ? (keeping ? 'lastForwardKeeping' : 'lastForward') : keeping ? 'forwardKeeping' : 'forward';
    const executable = await this.compiledProgram(name);
    await executable.run(feedsOf(pass), { output, ...pass.kept?.tensors(pass.hidden.dims[0]) });
  }

  /**
   * outputGradient [tokens or rows, hiddenSize] → hiddenGradient [tokens, hiddenSize]; adds to the parameters'
   * gradients in place.
   */
  async backward(pass: WholeLayerPass, outputGradient: DeviceTensor, hiddenGradient: DeviceTensor): Promise<void> {
    const last = pass.rows !== undefined;
    const keeping = pass.kept !== undefined;
    const name = last ? (keeping ? 'lastBackwardKeeping' : 'lastBackward') : keeping ? 'backwardKeeping' : 'backward';
    const executable = await this.compiledProgram(name);
    const feeds: Values<DeviceTensor> = {
      ...feedsOf(pass),
      outputGradient,
      ...pass.kept?.tensors(pass.hidden.dims[0]),
    };
    const fetches: Values<DeviceTensor> = { hiddenGradient };
    for (const [parameterName, parameter] of pass.parameters) {
      // The sum's memory is also the result's: the program adds in place.
      feeds[`gradient:${parameterName}`] = parameter.gradientTensor;
      fetches[`newGradient:${parameterName}`] = parameter.gradientTensor;
    }
    await executable.run(feeds, fetches);
  }

  release(): Promise<void> {
    return this.compiled.release();
  }

  private compiledProgram(name: keyof WholeLayerPrograms): Promise<CompiledProgram<DeviceTensor>> {
    return this.compiled.get(name, () => this.programs[name]);
  }
}

import { wholeLayerPrograms, type DecoderShape, type KeptValue, type WholeLayerPrograms } from '@profit-sft/models';
import { passFeeds, type LayerParameters, type LayerPass } from '../passes/layer-runner.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import type { CompiledProgram, ValueBuffer, Values } from '../runtime/runtime.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

/** What one layer works on in training. */
export interface WholeLayerPass<V extends DeviceValue> extends LayerPass<V> {
  readonly parameters: LayerParameters<V>;
  /** For the last layer: the tokens whose output is wanted, int [rows]. */
  readonly rows?: V;
  /** Where the layer's products are kept for its backward pass; recomputed where absent. */
  readonly kept?: KeptProducts<V>;
  /** Masks of dropout by name, where there is dropout. */
  readonly masks?: Values<V>;
}

/** Memory for the matrix products of one layer. */
export class KeptProducts<V extends DeviceValue> {
  private readonly buffers = new Map<string, ValueBuffer<V>>();

  constructor(
    private readonly values: readonly KeptValue[],
    private readonly runtime: DeviceRuntime<V>,
  ) {}

  /** Bytes for this many tokens. */
  bytes(tokens: number): number {
    return 4 * tokens * this.values.reduce((sum, { width }) => sum + width, 0);
  }

  tensors(tokens: number): Values<V> {
    return Object.fromEntries(
      this.values.map(({ name, width }) => {
        let buffer = this.buffers.get(name);
        if (buffer === undefined) this.buffers.set(name, (buffer = this.runtime.buffer()));
        return [name, buffer.tensor([tokens, width])];
      }),
    );
  }
}

function feedsOf<V extends DeviceValue>(pass: WholeLayerPass<V>): Values<V> {
  return { ...passFeeds(pass), ...pass.masks, ...(pass.rows === undefined ? {} : { rows: pass.rows }) };
}

/** Runs the one set of compiled layer programs with the weights of whichever layer is due. */
export class WholeLayerRunner<V extends DeviceValue> {
  private readonly compiled: CompiledPrograms<V>;
  private readonly programs: WholeLayerPrograms;
  private readonly kept: readonly KeptValue[];
  private readonly lastKept: readonly KeptValue[];

  constructor(
    shape: DecoderShape,
    private readonly runtime: DeviceRuntime<V>,
  ) {
    const { programs, kept, lastKept } = wholeLayerPrograms(shape);
    this.programs = programs;
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
    this.kept = kept;
    this.lastKept = lastKept;
  }

  keptProducts(last: boolean): KeptProducts<V> {
    return new KeptProducts<V>(last ? this.lastKept : this.kept, this.runtime);
  }

  /** Writes the layer's output, [tokens or rows, hiddenSize]. */
  async forward(pass: WholeLayerPass<V>, output: V): Promise<void> {
    const last = pass.rows !== undefined;
    const keeping = pass.kept !== undefined;
    const name = last ? (keeping ? 'lastForwardKeeping' : 'lastForward') : keeping ? 'forwardKeeping' : 'forward';
    const executable = await this.compiledProgram(name);
    await executable.run(this.taken(name, feedsOf(pass)), { output, ...pass.kept?.tensors(pass.hidden.dims[0]) });
  }

  /**
   * outputGradient [tokens or rows, hiddenSize] → hiddenGradient [tokens, hiddenSize], where it is wanted; adds to the trained
   * parameters' gradients in place.
   */
  async backward(pass: WholeLayerPass<V>, outputGradient: V, hiddenGradient: V | undefined): Promise<void> {
    const keeping = pass.kept !== undefined;
    const part =
      pass.rows !== undefined ? 'lastBackward' : hiddenGradient === undefined ? 'bottomBackward' : 'backward';
    const name = keeping ? (`${part}Keeping` as const) : part;
    const executable = await this.compiledProgram(name);
    const feeds: Values<V> = {
      ...feedsOf(pass),
      outputGradient,
      ...pass.kept?.tensors(pass.hidden.dims[0]),
    };
    const fetches: Values<V> = hiddenGradient === undefined ? {} : { hiddenGradient };
    const sums = new Set(this.programs[name].outputs.map((output) => output.name));
    for (const [parameterName, parameter] of pass.parameters) {
      if (!sums.has(`newGradient:${parameterName}`)) continue;
      // The sum's memory is also the result's: the program adds in place.
      feeds[`gradient:${parameterName}`] = parameter.gradientTensor;
      fetches[`newGradient:${parameterName}`] = parameter.gradientTensor;
    }
    if (sums.size === 0) return;
    const results = await executable.run(this.taken(name, feeds), fetches);
    // The lowest layer may also be the last, whose program gives out what nobody wants here.
    if (hiddenGradient === undefined && 'hiddenGradient' in results) this.runtime.free(results.hiddenGradient);
  }

  release(): Promise<void> {
    return this.compiled.release();
  }

  /** What a program reads of these: one for the adapters' gradients leaves out some of the weights. */
  private taken(name: keyof WholeLayerPrograms, feeds: Values<V>): Values<V> {
    return Object.fromEntries(this.programs[name].inputs.map((input) => [input.name, feeds[input.name]]));
  }

  private compiledProgram(name: keyof WholeLayerPrograms): Promise<CompiledProgram<V>> {
    return this.compiled.get(name, () => this.programs[name]);
  }
}

import { layerPrograms, type DecoderShape, type KeptValue, type LayerPrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import type { CompiledProgram, Runtime, Value, ValueBuffer, Values } from '../runtime/runtime.js';

/** A parameter's weights and the sum of its gradients where programs take them. */
export interface ParameterValues<V extends Value> {
  readonly weightTensor: V;
  readonly gradientTensor: V;
}

export type LayerParameters<V extends Value> = ReadonlyMap<string, ParameterValues<V>>;

/** Keys and values of one layer's tokens, [batch, keyValueHeads, sequence, headSize]. */
export interface LayerKeyValues<V extends Value> {
  readonly keys: V;
  readonly values: V;
}

/** What one layer works on. */
export interface LayerPass<V extends Value> {
  readonly parameters: LayerParameters<V>;
  /** Rotary tables and mask; see `BatchInputs`. */
  readonly inputs: Values<V>;
  /** The layer's input, [tokens, hiddenSize]. */
  readonly hidden: V;
  /** For the last layer: the tokens whose output is wanted, int [rows]. */
  readonly rows?: V;
  /** Where the layer's products are kept for its backward pass; recomputed where absent. */
  readonly kept?: KeptProducts<V>;
}

/** Memory for the matrix products of one layer. */
export class KeptProducts<V extends Value> {
  private readonly buffers = new Map<string, ValueBuffer<V>>();

  constructor(
    private readonly values: readonly KeptValue[],
    private readonly runtime: Runtime<V>,
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

function weightFeeds<V extends Value>(parameters: LayerParameters<V>): Values<V> {
  return Object.fromEntries([...parameters].map(([name, parameter]) => [name, parameter.weightTensor]));
}

function passFeeds<V extends Value>({ parameters, inputs, hidden, rows }: LayerPass<V>): Values<V> {
  return { ...weightFeeds(parameters), ...inputs, hidden, ...(rows === undefined ? {} : { rows }) };
}

/** Runs the one set of compiled layer programs with the weights of whichever layer is due. */
export class LayerRunner<V extends Value> {
  private readonly compiled: CompiledPrograms<V>;
  private readonly programs: LayerPrograms;
  private readonly kept: readonly KeptValue[];
  private readonly lastKept: readonly KeptValue[];

  constructor(
    shape: DecoderShape,
    private readonly runtime: Runtime<V>,
  ) {
    const { programs, kept, lastKept } = layerPrograms(shape);
    this.programs = programs;
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
    this.kept = kept;
    this.lastKept = lastKept;
  }

  keptProducts(last: boolean): KeptProducts<V> {
    return new KeptProducts(last ? this.lastKept : this.kept, this.runtime);
  }

  /** Writes the layer's output, [tokens or rows, hiddenSize]. */
  async forward(pass: LayerPass<V>, output: V): Promise<void> {
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
  async backward(pass: LayerPass<V>, outputGradient: V, hiddenGradient: V): Promise<void> {
    const last = pass.rows !== undefined;
    const keeping = pass.kept !== undefined;
    const name = last ? (keeping ? 'lastBackwardKeeping' : 'lastBackward') : keeping ? 'backwardKeeping' : 'backward';
    const executable = await this.compiledProgram(name);
    const feeds: Values<V> = { ...passFeeds(pass), outputGradient, ...pass.kept?.tensors(pass.hidden.dims[0]) };
    const fetches: Values<V> = { hiddenGradient };
    for (const [parameterName, parameter] of pass.parameters) {
      // The sum's memory is also the result's: the program adds in place.
      feeds[`gradient:${parameterName}`] = parameter.gradientTensor;
      fetches[`newGradient:${parameterName}`] = parameter.gradientTensor;
    }
    await executable.run(feeds, fetches);
  }

  /** A forward pass that also returns the tokens' keys and values: the prompt of a generation. */
  async prefill(pass: LayerPass<V>, output: V): Promise<LayerKeyValues<V>> {
    const executable = await this.compiledProgram('prefill');
    const { keys, values } = await executable.run(passFeeds(pass), { output });
    return { keys, values };
  }

  /** New tokens that look at a cache as well: mask [batch, sequence, capacity + sequence]. */
  async cached(pass: LayerPass<V>, cache: LayerKeyValues<V>, output: V): Promise<LayerKeyValues<V>> {
    const executable = await this.compiledProgram('cached');
    const feeds = { ...passFeeds(pass), cachedKeys: cache.keys, cachedValues: cache.values };
    const { keys, values } = await executable.run(feeds, { output });
    return { keys, values };
  }

  release(): Promise<void> {
    return this.compiled.release();
  }

  private compiledProgram(name: keyof LayerPrograms): Promise<CompiledProgram<V>> {
    return this.compiled.get(name, () => this.programs[name]);
  }
}

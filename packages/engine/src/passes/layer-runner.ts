import { layerPrograms, type DecoderShape, type LayerPrograms } from '@profit-sft/models';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import type { CompiledProgram, Runtime, Value, Values } from '../runtime/runtime.js';

/** A parameter's weights where programs take them. */
export interface WeightValues<V extends Value> {
  readonly weightTensor: V;
}

/** With the sum of its gradients. */
export interface ParameterValues<V extends Value> extends WeightValues<V> {
  readonly gradientTensor: V;
}

export type LayerParameters<V extends Value> = ReadonlyMap<string, ParameterValues<V>>;

export type LayerWeights<V extends Value> = ReadonlyMap<string, WeightValues<V>>;

/** Keys and values of one layer's tokens, [batch, keyValueHeads, sequence, headSize]. */
export interface LayerKeyValues<V extends Value> {
  readonly keys: V;
  readonly values: V;
}

/** What one layer works on. */
export interface LayerPass<V extends Value> {
  readonly parameters: LayerWeights<V>;
  /** Rotary tables and mask; see `BatchInputs`. */
  readonly inputs: Values<V>;
  /** The layer's input, [tokens, hiddenSize]. */
  readonly hidden: V;
}

/** What a program of a layer takes. */
export function passFeeds<V extends Value>({ parameters, inputs, hidden }: LayerPass<V>): Values<V> {
  const weights = Object.fromEntries([...parameters].map(([name, parameter]) => [name, parameter.weightTensor]));
  return { ...weights, ...inputs, hidden };
}

/** Runs a layer's programs for generation with the weights of whichever layer is due. */
export class LayerRunner<V extends Value> {
  private readonly compiled: CompiledPrograms<V>;
  private readonly programs: LayerPrograms;

  constructor(shape: DecoderShape, runtime: Runtime<V>) {
    this.programs = layerPrograms(shape);
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
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

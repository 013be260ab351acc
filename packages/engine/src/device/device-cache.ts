import { constant, Graph, greater, where, type Program } from '@profit-sft/graph';
import type { LayerKeyValues } from '../passes/layer-runner.js';
import type { DecodingCache } from '../generation/decoding-cache.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor } from '../runtime/host-tensor.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

interface CacheShape {
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
}

/** `cache` [s, h, c, d], `added` [s, h, 1, d], `here` [s, 1, c, 1], 1 at the token's place and else 0 → `written` */
function writeProgram(): Program {
  const graph = new Graph();
  const cache = graph.input('float', ['s', 'h', 'c', 'd']);
  const added = graph.input('float', ['s', 'h', 1, 'd']);
  const here = graph.input('float', ['s', 1, 'c', 1]);
  const written = where(greater(here, constant(graph, 0)), added, cache);
  return graph.program('cache write', { cache, added, here }, { written });
}

/** The programs by which caches are written; one set for all generations. */
export class CachePrograms<V extends DeviceValue> {
  readonly compiled: CompiledPrograms<V>;

  constructor(readonly runtime: DeviceRuntime<V>) {
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  release(): Promise<void> {
    return this.compiled.release();
  }
}

/** Keys and values in GPU buffers. What is written is a new buffer each time: a buffer cannot be changed in place. */
export class DeviceCache<V extends DeviceValue> implements DecodingCache<V> {
  private readonly layers: (LayerKeyValues<V> | undefined)[];
  private readonly runtime: DeviceRuntime<V>;
  /** Where the newest tokens go, made once for all layers. */
  private here: { starts: Int32Array; value: V } | undefined;

  constructor(
    private readonly shape: CacheShape,
    private sequences: number,
    private slots: number,
    private readonly programs: CachePrograms<V>,
  ) {
    this.runtime = programs.runtime;
    this.layers = Array.from({ length: shape.layers }, () => undefined);
  }

  get capacity(): number {
    return this.slots;
  }

  layer(index: number): LayerKeyValues<V> {
    const layer = this.layers[index];
    if (layer === undefined) throw new Error('the cache is read before a prompt was written to it');
    return layer;
  }

  async write(index: number, added: LayerKeyValues<V>, starts: Int32Array): Promise<void> {
    const { keys, values } = added;
    const layer = this.layers[index];
    if (layer === undefined) {
      // What a shorter prompt has behind its end is masked, and overwritten by its next tokens.
      this.layers[index] = { keys: await this.grown(keys), values: await this.grown(values) };
      return;
    }
    const here = this.placeOf(starts);
    const program = await this.programs.compiled.get('write', writeProgram);
    await program.run({ cache: layer.keys, added: keys, here }, { written: layer.keys });
    await program.run({ cache: layer.values, added: values, here }, { written: layer.values });
    this.runtime.free(keys);
    this.runtime.free(values);
  }

  async rearrange(kept: readonly number[], capacity: number): Promise<void> {
    const all = kept.length === this.sequences && kept.every((sequence, row) => sequence === row);
    this.sequences = kept.length;
    this.slots = capacity;
    const move = async (from: V): Promise<V> => {
      if (all) return this.grown(from);
      const chosen = await this.runtime.rows(from, Int32Array.from(kept));
      this.runtime.free(from);
      return this.grown(chosen);
    };
    for (const [index, layer] of this.layers.entries()) {
      if (layer === undefined) continue;
      this.layers[index] = { keys: await move(layer.keys), values: await move(layer.values) };
    }
  }

  release(): void {
    for (const layer of this.layers) {
      if (layer === undefined) continue;
      this.runtime.free(layer.keys);
      this.runtime.free(layer.values);
    }
    this.layers.fill(undefined);
    if (this.here !== undefined) this.runtime.free(this.here.value);
    this.here = undefined;
  }

  /** With room for `slots` tokens; the given value is used up. */
  private async grown(value: V): Promise<V> {
    const [sequences, heads, tokens, headSize] = value.dims;
    if (tokens === this.slots) return value;
    const room = [sequences, heads, this.slots - tokens, headSize];
    const size = room.reduce((product, length) => product * length, 1);
    const joined = await this.runtime.join(value, this.runtime.pass(floatTensor(new Float32Array(size), room)), 2);
    this.runtime.free(value);
    return joined;
  }

  private placeOf(starts: Int32Array): V {
    if (this.here?.starts === starts) return this.here.value;
    if (this.here !== undefined) this.runtime.free(this.here.value);
    const data = new Float32Array(this.sequences * this.slots);
    starts.forEach((start, row) => (data[row * this.slots + start] = 1));
    const value = this.runtime.place(floatTensor(data, [this.sequences, 1, this.slots, 1]));
    this.here = { starts, value };
    return value;
  }
}

import { constant, Graph, greater, slice, where, type Program } from '@profit-sft/graph';
import type { ModelConfig } from '@profit-sft/models';
import type { LayerKeyValues } from '../passes/layer-runner.js';
import type { DecodingCache } from '../generation/decoding-cache.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { floatTensor } from '../runtime/host-tensor.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

/** `cache` [s, h, c, d], `added` [s, h, 1, d], `here` [s, 1, c, 1], 1 at the token's place and else 0 → `written` */
function writeProgram(): Program {
  const graph = new Graph();
  const cache = graph.input('float', ['s', 'h', 'c', 'd']);
  const added = graph.input('float', ['s', 'h', 1, 'd']);
  const here = graph.input('float', ['s', 1, 'c', 1]);
  const written = where(greater(here, constant(graph, 0)), added, cache);
  return graph.program('cache write', { cache, added, here }, { written });
}

/** `cache` [s, h, c, d] → `cut` [s, h, capacity, d] */
function cutProgram(capacity: number): Program {
  const graph = new Graph();
  const cache = graph.input('float', ['s', 'h', 'c', 'd']);
  return graph.program(`cache cut to ${capacity}`, { cache }, { cut: slice(cache, 2, 0, capacity) });
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
  private here: { positions: Int32Array; value: V } | undefined;

  private sequences = 0;
  private slots = 0;

  constructor(
    shape: Pick<ModelConfig, 'layers'>,
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

  async resize(sequences: number, capacity: number): Promise<void> {
    this.sequences = sequences;
    this.slots = capacity;
    await this.change((value) => this.withRoom(value));
  }

  async fill(index: number, _first: number, { keys, values }: LayerKeyValues<V>): Promise<void> {
    // What a shorter prompt has behind its end is masked, and overwritten by its next tokens.
    const added = { keys: await this.withRoom(keys), values: await this.withRoom(values) };
    const layer = this.layers[index];
    this.layers[index] =
      layer === undefined
        ? added
        : {
            keys: await this.joined(layer.keys, added.keys, 0),
            values: await this.joined(layer.values, added.values, 0),
          };
  }

  async write(index: number, { keys, values }: LayerKeyValues<V>, positions: Int32Array): Promise<void> {
    const layer = this.layer(index);
    const here = this.placeOf(positions);
    const program = await this.programs.compiled.get('write', writeProgram);
    await program.run({ cache: layer.keys, added: keys, here }, { written: layer.keys });
    await program.run({ cache: layer.values, added: values, here }, { written: layer.values });
    this.runtime.free(keys);
    this.runtime.free(values);
  }

  async keep(rows: readonly number[]): Promise<void> {
    this.sequences = rows.length;
    if (rows.length === 0) return this.release();
    const indices = Int32Array.from(rows);
    await this.change(async (value) => {
      const kept = await this.runtime.rows(value, indices);
      this.runtime.free(value);
      return kept;
    });
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

  /** Puts something in the place of each value, which it uses up. */
  private async change(replace: (value: V) => Promise<V>): Promise<void> {
    for (const [index, layer] of this.layers.entries()) {
      if (layer === undefined) continue;
      this.layers[index] = { keys: await replace(layer.keys), values: await replace(layer.values) };
    }
  }

  /** With room for `slots` tokens; the given value is used up. */
  private async withRoom(value: V): Promise<V> {
    const [sequences, heads, tokens, headSize] = value.dims;
    if (tokens === this.slots) return value;
    if (tokens > this.slots) {
      const program = await this.programs.compiled.get(`cut to ${this.slots}`, () => cutProgram(this.slots));
      const { cut } = await program.run({ cache: value });
      this.runtime.free(value);
      return cut;
    }
    const room = [sequences, heads, this.slots - tokens, headSize];
    const size = room.reduce((product, length) => product * length, 1);
    return this.joined(value, this.runtime.pass(floatTensor(new Float32Array(size), room)), 2);
  }

  /** Both along an axis; both are used up. */
  private async joined(first: V, second: V, axis: number): Promise<V> {
    const joined = await this.runtime.join(first, second, axis);
    this.runtime.free(first);
    this.runtime.free(second);
    return joined;
  }

  private placeOf(positions: Int32Array): V {
    if (this.here?.positions === positions) return this.here.value;
    if (this.here !== undefined) this.runtime.free(this.here.value);
    const data = new Float32Array(this.sequences * this.slots);
    positions.forEach((position, row) => (data[row * this.slots + position] = 1));
    const value = this.runtime.place(floatTensor(data, [this.sequences, 1, this.slots, 1]));
    this.here = { positions, value };
    return value;
  }
}

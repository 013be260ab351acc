import { add, gatherRows, Graph, scatterAddRows, type Program } from '@profit-sft/graph';
import type { Embedding, PlacedTokens } from '../passes/passes.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { intTensor } from '../runtime/host-tensor.js';
import type { DeviceParameter } from './device-parameter.js';
import type { DeviceRuntime, DeviceValue } from './device-runtime.js';

/** `table` [vocabulary, width], `tokens`, with learned positions `positionTable` and `positions` → `embedded` [tokens, width] */
function embedProgram([vocabulary, width]: readonly number[], positionShape: readonly number[] | undefined): Program {
  const graph = new Graph();
  const table = graph.input('float', [vocabulary, width]);
  const tokens = graph.input('int', ['tokens']);
  const ofTokens = gatherRows(table, tokens);
  if (positionShape === undefined) return graph.program('embedding', { table, tokens }, { embedded: ofTokens });
  const positionTable = graph.input('float', positionShape);
  const positions = graph.input('int', ['tokens']);
  const embedded = add(ofTokens, gatherRows(positionTable, positions));
  return graph.program('embedding', { table, tokens, positionTable, positions }, { embedded });
}

/** `gradient` [tokens, width], `tokens`, `sum` [vocabulary, width] → `newSum`; a token that comes twice counts twice. */
function gradientProgram([vocabulary, width]: readonly number[]): Program {
  const graph = new Graph();
  const gradient = graph.input('float', ['tokens', width]);
  const tokens = graph.input('int', ['tokens']);
  const sum = graph.input('float', [vocabulary, width]);
  const newSum = add(sum, scatterAddRows(gradient, tokens, vocabulary));
  return graph.program('embedding gradient', { gradient, tokens, sum }, { newSum });
}

/** The embedding as programs: its rows are gathered, and gradients scattered, without a number leaving the device. */
export class DeviceEmbedding<V extends DeviceValue> implements Embedding<V> {
  private readonly compiled: CompiledPrograms<V>;

  constructor(
    private readonly embedding: DeviceParameter<V>,
    private readonly positions: DeviceParameter<V> | undefined,
    private readonly runtime: DeviceRuntime<V>,
  ) {
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  async embed({ tokens, positions }: PlacedTokens, target: V): Promise<void> {
    const program = await this.compiled.get('embed', () => embedProgram(this.embedding.shape, this.positions?.shape));
    const learned = this.positions && {
      positionTable: this.positions.weightTensor,
      positions: this.indices(positions),
    };
    await program.run(
      { table: this.embedding.weightTensor, tokens: this.indices(tokens), ...learned },
      { embedded: target },
    );
  }

  async backward({ tokens, positions }: PlacedTokens, gradient: V): Promise<void> {
    await this.addRows(this.embedding, tokens, gradient);
    if (this.positions !== undefined) await this.addRows(this.positions, positions, gradient);
  }

  release(): Promise<void> {
    return this.compiled.release();
  }

  private async addRows(parameter: DeviceParameter<V>, rows: Int32Array, gradient: V): Promise<void> {
    const program = await this.compiled.get(`gradient ${parameter.shape.join()}`, () =>
      gradientProgram(parameter.shape),
    );
    const sum = parameter.gradientTensor;
    await program.run({ gradient, tokens: this.indices(rows), sum }, { newSum: sum });
  }

  private indices(tokens: Int32Array): V {
    return this.runtime.pass(intTensor(tokens, [tokens.length]));
  }
}

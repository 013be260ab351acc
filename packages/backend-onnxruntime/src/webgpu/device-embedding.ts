import { add, gatherRows, Graph, scatterAddRows, type Program } from '@profit-sft/graph';
import type { Embedding } from '../engine/passes.js';
import { CompiledPrograms } from '../runtime/compiled-programs.js';
import { intTensor } from '../runtime/onnx-runtime.js';
import type { DeviceParameter } from './device-parameter.js';
import type { DeviceRuntime } from './device-runtime.js';
import type { DeviceTensor } from './device-tensor.js';

/** `table` [vocabulary, width], `tokens` → `embedded` [tokens, width] */
function embedProgram([vocabulary, width]: readonly number[]): Program {
  const graph = new Graph();
  const table = graph.input('float', [vocabulary, width]);
  const tokens = graph.input('int', ['tokens']);
  return graph.program('embedding', { table, tokens }, { embedded: gatherRows(table, tokens) });
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
export class DeviceEmbedding implements Embedding<DeviceTensor> {
  private readonly compiled: CompiledPrograms<DeviceTensor>;

  constructor(
    private readonly parameter: DeviceParameter,
    private readonly runtime: DeviceRuntime,
  ) {
    this.compiled = new CompiledPrograms((program) => runtime.compile(program));
  }

  async embed(tokens: Int32Array, target: DeviceTensor): Promise<void> {
    const program = await this.compiled.get('embed', () => embedProgram(this.parameter.shape));
    await program.run({ table: this.parameter.weightTensor, tokens: this.indices(tokens) }, { embedded: target });
  }

  async backward(tokens: Int32Array, gradient: DeviceTensor): Promise<void> {
    const program = await this.compiled.get('gradient', () => gradientProgram(this.parameter.shape));
    const sum = this.parameter.gradientTensor;
    await program.run({ gradient, tokens: this.indices(tokens), sum }, { newSum: sum });
  }

  release(): Promise<void> {
    return this.compiled.release();
  }

  private indices(tokens: Int32Array): DeviceTensor {
    return this.runtime.pass(intTensor(tokens, [tokens.length]));
  }
}

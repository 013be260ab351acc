import {
  BackendUnavailableError,
  modelSignalNames,
  type BatchShape,
  type MemoryPlan,
  type Forward,
  type GenerateOptions,
  type Generation,
  type ModelDescription,
  type ModelSignalName,
  type PassOptions,
  type TokenBatch,
  type TokenDistributions,
  type TokenSignals,
  type TrainableModel,
  type UpdateOptions,
  type UpdateResult,
} from '@profit-sft/core';
import {
  expectedParameters,
  openCheckpoint,
  readModelConfig,
  saveCheckpoint,
  verifyCheckpoint,
  type ModelConfig,
  type WritableDtype,
} from '@profit-sft/models';
import { cpuEngine, type CpuOptions } from './cpu-engine.js';
import type { Engine } from './engine.js';
import { Parameter, type ParameterPart } from './parameters.js';
import { tokenSignals } from './token-signals.js';
import { loadTrainingState, saveTrainingState } from './training-state.js';
import type { Precision } from '../onnx/emit-program.js';
import { webgpuEngine } from '../webgpu/webgpu-engine.js';

export interface OpenOptions extends CpuOptions {
  /** ONNX Runtime's execution provider; `cpu` where absent. */
  readonly provider?: 'cpu' | 'webgpu';
  /** Of matrix products; `float32` where absent. `float16` is the provider `webgpu`'s. */
  readonly precision?: Precision;
  /** Element type of saved models. */
  readonly saveDtype: WritableDtype;
}

/**
 * Opens a Hugging Face model directory: checks configuration and weights against each other, reads them as float32.
 * @throws BackendUnavailableError where the provider does not start or does not have the precision.
 */
export async function openModel(directory: string, options: OpenOptions): Promise<OnnxModel> {
  if (options.precision === 'float16' && options.provider !== 'webgpu') {
    throw new BackendUnavailableError(
      'onnxruntime cpu',
      'precision "float16" is for provider "webgpu": ONNX Runtime’s CPU provider computes F16 products in float32. ' +
        'Set provider to "webgpu" or leave precision at "float32".',
    );
  }
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory, config);
  try {
    verifyCheckpoint(checkpoint, config);
    const expected = expectedParameters(config);
    if (options.provider === 'webgpu') {
      const engine = await webgpuEngine(config, expected, (name) => checkpoint.readFloat32(name), options);
      return new OnnxModel(config, engine, options);
    }
    const parameters: Parameter[] = [];
    for (const { name, shape, kind } of expected) {
      parameters.push(new Parameter(name, shape, kind, await checkpoint.readFloat32(name)));
    }
    return new OnnxModel(config, cpuEngine(config, parameters, options), options);
  } finally {
    await checkpoint.close();
  }
}

/** A language model on ONNX Runtime. See {@link TrainableModel} for the contract. */
export class OnnxModel implements TrainableModel {
  readonly description: ModelDescription;

  constructor(
    private readonly config: ModelConfig,
    private readonly engine: Engine,
    private readonly options: Pick<OpenOptions, 'saveDtype'>,
  ) {
    this.description = {
      architecture: config.architecture,
      parameterCount: engine.parameters.reduce((sum, parameter) => sum + parameter.size, 0),
      vocabularySize: config.vocabularySize,
      maxPositions: config.maxPositions,
      endIds: config.endIds,
      runtime: engine.runtime,
      signals: modelSignalNames,
      distributionTerms: ['reference', 'tempered'],
    };
  }

  async forward(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<Forward> {
    const signals = await this.engine.passes.forward(batch, true, needs, options);
    return { signals: tokenSignals(batch, signals), release: () => this.engine.passes.release() };
  }

  async backward(forward: Forward, weights: Float32Array, coefficients?: Float32Array): Promise<void> {
    for (const { length } of coefficients === undefined ? [weights] : [weights, coefficients]) {
      if (length === forward.signals.length) continue;
      throw new Error(`backward needs ${forward.signals.length} weights and coefficients, got ${length}`);
    }
    await this.engine.passes.backward(weights, coefficients);
  }

  update(options: UpdateOptions): Promise<UpdateResult> {
    return this.engine.optimizer.update(options);
  }

  clearGradients(): void {
    for (const parameter of this.engine.parameters) parameter.clearGradient();
  }

  async score(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<TokenSignals> {
    return tokenSignals(batch, await this.engine.passes.forward(batch, false, needs, options));
  }

  distributions(batch: TokenBatch): Promise<TokenDistributions> {
    return this.engine.passes.distributions(batch);
  }

  async planMemory(largest: BatchShape): Promise<MemoryPlan | undefined> {
    return this.engine.planMemory?.(largest);
  }

  generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]> {
    return this.engine.generate(prompts, options);
  }

  /** The sum of gradients of each parameter by its Hugging Face name, for tests and analyses. Views, not copies; CPU only. */
  gradients(): Map<string, Float32Array> {
    return new Map(this.onHost().map((parameter) => [parameter.name, parameter.gradient]));
  }

  /** Each parameter's shape and weights by its Hugging Face name. Views, not copies; CPU only. */
  parameterTensors(): Map<string, { shape: readonly number[]; data: Float32Array }> {
    return new Map(this.onHost().map(({ name, shape, weight }) => [name, { shape, data: weight }]));
  }

  /** One part of each parameter by its Hugging Face name, from wherever it lives. */
  async read(part: ParameterPart): Promise<Map<string, Float32Array>> {
    const parts = new Map<string, Float32Array>();
    const scale = part === 'gradient' ? (this.engine.optimizer.lossScale?.scale ?? 1) : 1;
    for (const parameter of this.engine.parameters) {
      const values = await parameter.read(part);
      parts.set(parameter.name, scale === 1 ? values : values.map((value) => value / scale));
    }
    return parts;
  }

  save(directory: string): Promise<void> {
    const tensors = this.engine.parameters.map((parameter) => ({
      name: parameter.name,
      shape: parameter.shape,
      data: () => parameter.read('weight'),
    }));
    return saveCheckpoint(directory, this.config, tensors, { dtype: this.options.saveDtype });
  }

  saveState(directory: string): Promise<void> {
    return saveTrainingState(directory, this.engine.parameters, this.engine.optimizer);
  }

  loadState(directory: string): Promise<void> {
    return loadTrainingState(directory, this.engine.parameters, this.engine.optimizer);
  }

  dispose(): Promise<void> {
    return this.engine.dispose();
  }

  private onHost(): Parameter[] {
    return this.engine.parameters.map((parameter) => {
      if (parameter instanceof Parameter) return parameter;
      throw new Error(`parameters of ${this.engine.runtime} are not in the process's memory: use read`);
    });
  }
}

import { availableParallelism } from 'node:os';
import {
  modelSignalNames,
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
import { generate } from '../generation/generate.js';
import { Adamw } from '../optimizer/adamw.js';
import type { HeadSignalArrays } from './head-runner.js';
import { groupParameters, Parameter, type ParameterSet } from './parameters.js';
import { loadTrainingState, saveTrainingState } from './training-state.js';
import { Transformer, type TransformerOptions } from './transformer.js';

export interface OpenOptions extends TransformerOptions {
  /** Element type of saved models. */
  readonly saveDtype: WritableDtype;
}

/** Opens a Hugging Face model directory: checks configuration and weights against each other, reads them as float32. */
export async function openModel(directory: string, options: OpenOptions): Promise<OnnxModel> {
  const config = await readModelConfig(directory);
  const checkpoint = await openCheckpoint(directory);
  try {
    verifyCheckpoint(checkpoint, config);
    const parameters: Parameter[] = [];
    for (const { name, shape, kind } of expectedParameters(config)) {
      parameters.push(new Parameter(name, shape, kind, await checkpoint.readFloat32(name)));
    }
    return new OnnxModel(config, parameters, options);
  } finally {
    await checkpoint.close();
  }
}

/** A language model on ONNX Runtime. See {@link TrainableModel} for the contract. */
export class OnnxModel implements TrainableModel {
  readonly description: ModelDescription;
  private readonly parameters: ParameterSet;
  private readonly transformer: Transformer;
  private readonly optimizer: Adamw;

  constructor(
    private readonly config: ModelConfig,
    parameters: readonly Parameter[],
    private readonly options: OpenOptions,
  ) {
    this.parameters = groupParameters(parameters, config.layers);
    this.transformer = new Transformer(config, this.parameters, options);
    this.optimizer = new Adamw(parameters, options.threads === 0 ? availableParallelism() : options.threads);
    this.description = {
      architecture: config.architecture,
      parameterCount: parameters.reduce((sum, parameter) => sum + parameter.size, 0),
      vocabularySize: config.vocabularySize,
      maxPositions: config.maxPositions,
      endIds: config.endIds,
      runtime: 'onnxruntime cpu',
      signals: modelSignalNames,
      distributionTerms: ['reference', 'tempered'],
    };
  }

  async forward(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<Forward> {
    const signals = await this.transformer.forward(batch, true, needs, options);
    return { signals: signalsOf(batch, signals), release: () => this.transformer.release() };
  }

  async backward(forward: Forward, weights: Float32Array, coefficients?: Float32Array): Promise<void> {
    for (const { length } of coefficients === undefined ? [weights] : [weights, coefficients]) {
      if (length === forward.signals.length) continue;
      throw new Error(`backward needs ${forward.signals.length} weights and coefficients, got ${length}`);
    }
    await this.transformer.backward(weights, coefficients);
  }

  update(options: UpdateOptions): Promise<UpdateResult> {
    return this.optimizer.update(options);
  }

  clearGradients(): void {
    for (const parameter of this.parameters.all) parameter.clearGradient();
  }

  async score(
    batch: TokenBatch,
    needs: readonly ModelSignalName[] = [],
    options: PassOptions = {},
  ): Promise<TokenSignals> {
    return signalsOf(batch, await this.transformer.forward(batch, false, needs, options));
  }

  distributions(batch: TokenBatch): Promise<TokenDistributions> {
    return this.transformer.distributions(batch);
  }

  generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]> {
    return generate(this.transformer, this.parameters, this.config, prompts, options);
  }

  /** The sum of gradients of each parameter by its Hugging Face name, for tests and analyses. Views, not copies. */
  gradients(): Map<string, Float32Array> {
    return new Map(this.parameters.all.map((parameter) => [parameter.name, parameter.gradient]));
  }

  /** Each parameter's shape and weights by its Hugging Face name. Views, not copies. */
  parameterTensors(): Map<string, { shape: readonly number[]; data: Float32Array }> {
    return new Map(this.parameters.all.map(({ name, shape, weight }) => [name, { shape, data: weight }]));
  }

  save(directory: string): Promise<void> {
    const tensors = this.parameters.all.map(({ name, shape, weight }) => ({ name, shape, data: weight }));
    return saveCheckpoint(directory, this.config, tensors, { dtype: this.options.saveDtype });
  }

  saveState(directory: string): Promise<void> {
    return saveTrainingState(directory, this.parameters.all, this.optimizer);
  }

  loadState(directory: string): Promise<void> {
    return loadTrainingState(directory, this.parameters.all, this.optimizer);
  }

  async dispose(): Promise<void> {
    await this.transformer.dispose();
    await this.optimizer.close();
  }
}

function signalsOf({ scored }: TokenBatch, signals: HeadSignalArrays): TokenSignals {
  return {
    length: scored.length,
    ...signals,
    sequence: scored.sequence,
    position: scored.position,
    tokenId: scored.target,
  };
}

import {
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
  parameterCount,
  saveAdapter,
  saveCheckpoint,
  type AdaptedConfig,
  type AdapterConfig,
  type WritableDtype,
} from '@profit-sft/models';
import type { ParameterPart } from '../passes/parameters.js';
import type { Engine } from './engine.js';
import { tokenSignals } from './token-signals.js';
import { loadTrainingState, saveTrainingState } from './training-state.js';

export interface SaveOptions {
  /** Element type of saved models. */
  readonly saveDtype: WritableDtype;
}

/** What a model with an adapter saves beside its tensors. */
export type SavedAdapter = Omit<AdapterConfig, 'targetModules'>;

/** A language model on an engine. See {@link TrainableModel} for the contract. */
export class EngineModel implements TrainableModel {
  readonly description: ModelDescription;
  private disposed: Promise<void> | undefined;

  constructor(
    private readonly config: AdaptedConfig,
    private readonly engine: Engine,
    private readonly options: SaveOptions,
    /** Of a model whose adapters are trained. */
    private readonly adapter?: SavedAdapter,
  ) {
    const trained = engine.parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    this.description = {
      architecture: config.architecture,
      parameterCount: trained,
      ...(config.adapters === undefined
        ? {}
        : { parameterCount: parameterCount(config) + trained, trainableParameterCount: trained, adapter: 'lora' }),
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

  /** Each trained parameter's shape and weights by its Hugging Face name; not copies where the host has them. */
  async parameterTensors(): Promise<Map<string, { shape: readonly number[]; data: Float32Array }>> {
    const weights = await this.read('weight');
    return new Map(
      this.engine.parameters.map(({ name, shape }) => [name, { shape, data: weights.get(name) as Float32Array }]),
    );
  }

  /** One part of each trained parameter by its Hugging Face name, from wherever it lives. */
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
    const { saveDtype: dtype } = this.options;
    const { adapters } = this.config;
    if (adapters === undefined) return saveCheckpoint(directory, this.config, tensors, { dtype });
    if (this.adapter === undefined)
      throw new Error('a model with adapters is saved with what its adapter has beside tensors');
    return saveAdapter(directory, this.config, { ...this.adapter, targets: adapters.targets }, tensors, dtype);
  }

  saveState(directory: string): Promise<void> {
    const { parameters, optimizer, dropout } = this.engine;
    return saveTrainingState(directory, parameters, optimizer, dropout);
  }

  loadState(directory: string): Promise<void> {
    const { parameters, optimizer, dropout } = this.engine;
    return loadTrainingState(directory, parameters, optimizer, dropout);
  }

  /** A second call waits for the first. */
  dispose(): Promise<void> {
    this.disposed ??= this.engine.dispose();
    return this.disposed;
  }
}

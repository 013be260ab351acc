import {
  modelSignalNames,
  type FrozenModel,
  type GenerateOptions,
  type Generation,
  type ModelDescription,
  type ModelSignalName,
  type PassOptions,
  type TokenBatch,
  type TokenDistributions,
  type TokenSignals,
} from '@profit-sft/core';
import { cacheBudget, continuePrompts, type CacheOptions } from '@profit-sft/engine';
import { parameterCount, type ModelConfig } from '@profit-sft/models';
import { CacheDecoder } from '../generation/cache-decoder.js';
import { exportedDistributions } from '../scoring/exported-distributions.js';
import { scoreBatch } from '../scoring/score-batch.js';
import type { ExportedModel } from './exported-model.js';

/** An ONNX export in Transformers.js. See {@link FrozenModel} for the contract. */
export class TransformersModel implements FrozenModel {
  readonly description: ModelDescription;

  constructor(
    private readonly config: ModelConfig,
    private readonly model: ExportedModel,
    /** E.g. `@huggingface/transformers 4.3.1`. */
    runtime: string,
    private readonly cacheOptions: CacheOptions,
  ) {
    const { architecture, vocabularySize, maxPositions, endIds } = config;
    this.description = {
      ...{ architecture, vocabularySize, maxPositions, endIds, runtime },
      parameterCount: parameterCount(config),
      signals: modelSignalNames,
      distributionTerms: ['reference', 'tempered'],
    };
  }

  score(batch: TokenBatch, needs: readonly ModelSignalName[] = [], options: PassOptions = {}): Promise<TokenSignals> {
    return scoreBatch(this.model, batch, needs, options);
  }

  async distributions(batch: TokenBatch): Promise<TokenDistributions> {
    return exportedDistributions(this.model, batch);
  }

  generate(prompts: readonly Int32Array[], options: GenerateOptions): Promise<Generation[]> {
    const { vocabularySize, maxPositions, endIds } = this.config;
    const budget = cacheBudget(this.config, this.cacheOptions);
    return continuePrompts(
      {
        ...{ vocabularySize, maxPositions, endIds },
        budget: { ...budget, sequences: Math.min(budget.sequences, this.model.limits.rows) },
        decoder: () => new CacheDecoder(this.model),
      },
      prompts,
      options,
    );
  }

  dispose(): Promise<void> {
    return this.model.dispose();
  }
}

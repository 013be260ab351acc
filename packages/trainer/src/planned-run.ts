import {
  InvalidConfigError,
  InvalidModelError,
  type Dataset,
  type Example,
  type MaskingRule,
  type RunConfig,
  type TokenBatch,
  type Tokenizer,
  type TrainableModel,
} from '@profit-sft/core';
import { encodeDataset, epochOrder, packExamples, selectExamples, type EncodingReport } from '@profit-sft/datasets';
import { join } from 'node:path';
import { warmupSteps } from './learning-rate.js';
import { countStep, type StepCounts } from './normalise-weights.js';
import { planSteps, stepsPerEpoch } from './plan-steps.js';
import { fingerprintExamples, runIdentity, type RunIdentity } from './run-identity.js';

export interface RunInputs {
  readonly config: RunConfig;
  readonly model: TrainableModel;
  readonly tokenizer: Tokenizer;
  readonly masking: MaskingRule;
  readonly train: Dataset;
  readonly evaluation?: Dataset;
}

/** The micro-batches of one optimiser step, and where it stands in the data. */
export interface StepBatches {
  readonly batches: readonly TokenBatch[];
  readonly sequences: number;
  /** Epochs done after the step. */
  readonly epoch: number;
}

/** A run before its first step: data tokenised, steps counted, everything that can be refused refused. */
export interface PlannedRun {
  readonly totalSteps: number;
  readonly identity: RunIdentity;
  readonly reports: { readonly train: EncodingReport; readonly evaluation?: EncodingReport };
  /** The batches of optimiser step `step`, from 1. Depends on nothing but the step, so a resumed run asks again. */
  batchesOf(step: number): StepBatches;
  readonly heldOut: { readonly batches: readonly TokenBatch[]; readonly counts: StepCounts } | undefined;
}

function refuse(path: string, message: string): never {
  throw new InvalidConfigError('configuration', [{ path, message }]);
}

function longestSequence(config: RunConfig, model: TrainableModel): number {
  const { maxPositions } = model.description;
  const { maxLength } = config.data;
  if (maxLength !== undefined && maxLength > maxPositions) {
    refuse('data.maxLength', `is ${maxLength}, but the model allows ${maxPositions} positions`);
  }
  return maxLength ?? maxPositions;
}

/** Held-out sequences that are packed together; bounds the time of packing, not the result. */
const packedTogether = 512;

function packHeldOut(examples: readonly Example[], config: RunConfig): TokenBatch[] {
  const options = { maxTokens: config.microBatchTokens, packing: config.data.packing };
  const batches: TokenBatch[] = [];
  for (let first = 0; first < examples.length; first += packedTogether) {
    batches.push(...packExamples(examples.slice(first, first + packedTogether), { ...options, firstSequence: first }));
  }
  return batches;
}

/**
 * Tokenises the data and counts the steps.
 * @throws InvalidConfigError, InvalidDataError or InvalidModelError for what does not fit together.
 */
export function planRun({ config, model, tokenizer, masking, train, evaluation }: RunInputs): PlannedRun {
  if (config.evaluationSteps !== undefined && evaluation === undefined) refuse('evaluationSteps', 'needs data.eval');
  if (config.earlyStopping !== undefined && config.evaluationSteps === undefined) {
    refuse('earlyStopping', 'needs evaluationSteps and data.eval');
  }
  if (tokenizer.vocabularySize > model.description.vocabularySize) {
    throw new InvalidModelError(
      join(config.model, 'tokenizer.json'),
      `has ${tokenizer.vocabularySize} token ids, but the model's vocabulary has ${model.description.vocabularySize}`,
    );
  }
  const { references, tooLong, packing, shuffle } = config.data;
  const { batchSize, microBatchTokens: maxTokens, seed } = config;
  const lengths = { maxLength: longestSequence(config, model), tooLong };

  const encoded = encodeDataset(train, tokenizer, lengths);
  const select = (epoch: number): Example[] => selectExamples(encoded, references, epoch, seed);
  let epoch = 0;
  let examples = select(epoch);
  let order = epochOrder(examples.length, epoch, seed, shuffle);
  const examplesPerEpoch = examples.length;
  const totalSteps = planSteps(config, examplesPerEpoch);
  const perEpoch = stepsPerEpoch(batchSize, examplesPerEpoch);
  warmupSteps(config.warmup, totalSteps);

  const batchesOf = (step: number): StepBatches => {
    const stepEpoch = Math.floor((step - 1) / perEpoch);
    if (stepEpoch !== epoch) {
      epoch = stepEpoch;
      examples = select(epoch);
      order = epochOrder(examples.length, epoch, seed, shuffle);
    }
    const first = ((step - 1) % perEpoch) * batchSize;
    const last = Math.min(first + batchSize, examples.length);
    const ofStep = Array.from(order.subarray(first, last), (index) => examples[index]);
    return {
      batches: packExamples(ofStep, { maxTokens, packing }),
      sequences: ofStep.length,
      epoch: epoch + last / examples.length,
    };
  };

  let heldOut: PlannedRun['heldOut'];
  let heldOutData: { fingerprint: string; tokens: string; report: EncodingReport } | undefined;
  if (evaluation !== undefined) {
    const encodedEvaluation = encodeDataset(evaluation, tokenizer, lengths);
    // Evaluations of one run must be comparable, so a policy that changes with the epoch evaluates on the first reference.
    const held = selectExamples(encodedEvaluation, references === 'all' ? 'all' : 'first', 0, seed);
    const batches = packHeldOut(held, config);
    heldOut = { batches, counts: countStep(batches, held.length) };
    heldOutData = {
      fingerprint: evaluation.fingerprint,
      tokens: fingerprintExamples(encodedEvaluation.rows),
      report: encodedEvaluation.report,
    };
  }

  const data = {
    train: train.fingerprint,
    trainTokens: fingerprintExamples(encoded.rows),
    ...(heldOutData === undefined ? {} : { eval: heldOutData.fingerprint, evalTokens: heldOutData.tokens }),
  };
  return {
    totalSteps,
    identity: runIdentity(config, data, masking, model.description),
    reports: {
      train: encoded.report,
      ...(heldOutData === undefined ? {} : { evaluation: heldOutData.report }),
    },
    batchesOf,
    heldOut,
  };
}

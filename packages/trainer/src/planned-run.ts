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
import { assertSameTokenizer, type ReferenceModel } from './reference-model.js';
import { fingerprintExamples, runIdentity, type RunIdentity } from './run-identity.js';
import { assertSupplied, needsReference } from './signal-needs.js';

export interface RunInputs {
  /** The configuration, as `parseRunConfig` of core gives it. */
  readonly config: RunConfig;
  /** What is trained; it stays open. */
  readonly model: TrainableModel;
  /** Of the model; it is saved beside it. */
  readonly tokenizer: Tokenizer;
  /** The rule that weighs tokens. */
  readonly masking: MaskingRule;
  /** Rows to learn from. */
  readonly train: Dataset;
  /** Held-out rows, on which the model is measured. */
  readonly evaluation?: Dataset;
  /** For rules that need a frozen model's probabilities. */
  readonly reference?: ReferenceModel;
}

/** The micro-batches of one optimiser step, and where it stands in the data. */
export interface StepBatches {
  readonly batches: readonly TokenBatch[];
  /** The sequences that they were packed from. */
  readonly examples: readonly Example[];
  /** Epochs done after the step. */
  readonly epoch: number;
}

/** A run before its first step: data tokenised, steps counted, everything that can be refused refused. */
export interface PlannedRun {
  readonly totalSteps: number;
  readonly stepsPerEpoch: number;
  readonly identity: RunIdentity;
  readonly reports: { readonly train: EncodingReport; readonly evaluation?: EncodingReport };
  /** The batches of optimiser step `step`, from 1. Depends on nothing but the step, so a resumed run asks again. */
  batchesOf(step: number): StepBatches;
  readonly heldOut:
    | { readonly batches: readonly TokenBatch[]; readonly examples: readonly Example[]; readonly counts: StepCounts }
    | undefined;
  /** Every sequence of the training data, with all references. */
  readonly trainExamples: readonly Example[];
  /** Every sequence of both data sets, and a hash of them. */
  readonly all: { readonly examples: readonly Example[]; readonly fingerprint: string };
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
export async function planRun(
  inputs: RunInputs,
  onProgress?: (done: number, total: number) => void,
): Promise<PlannedRun> {
  const { config, model, tokenizer, masking, train, evaluation, reference } = inputs;
  const { adapter } = model.description;
  if (config.adapter?.name !== adapter) {
    refuse('adapter', `is ${config.adapter?.name ?? 'not set'}, but the model was opened with ${adapter ?? 'none'}`);
  }
  assertSupplied(masking, model.description, reference !== undefined);
  const usedReference = needsReference(masking) ? reference : undefined;
  if (usedReference !== undefined) assertSameTokenizer(masking, usedReference, tokenizer);
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
  const lengths = { maxLength: longestSequence(config, model), tooLong, onProgress };

  const encoded = await encodeDataset(train, tokenizer, lengths);
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
      examples: ofStep,
      epoch: epoch + last / examples.length,
    };
  };

  let heldOut: PlannedRun['heldOut'];
  let evaluationRows: readonly (readonly Example[])[] = [];
  let heldOutData: { fingerprint: string; tokens: string; report: EncodingReport } | undefined;
  if (evaluation !== undefined) {
    const encodedEvaluation = await encodeDataset(evaluation, tokenizer, lengths);
    // Evaluations of one run must be comparable, so a policy that changes with the epoch evaluates on the first reference.
    const held = selectExamples(encodedEvaluation, references === 'all' ? 'all' : 'first', 0, seed);
    const batches = packHeldOut(held, config);
    heldOut = { batches, examples: held, counts: countStep(batches, held.length) };
    evaluationRows = encodedEvaluation.rows;
    heldOutData = {
      fingerprint: evaluation.fingerprint,
      tokens: await fingerprintExamples(encodedEvaluation.rows),
      report: encodedEvaluation.report,
    };
  }

  const rows = [...encoded.rows, ...evaluationRows];
  const data = {
    ...(usedReference === undefined ? {} : { reference: usedReference.fingerprint }),
    train: train.fingerprint,
    trainTokens: await fingerprintExamples(encoded.rows),
    ...(heldOutData === undefined ? {} : { eval: heldOutData.fingerprint, evalTokens: heldOutData.tokens }),
  };
  return {
    totalSteps,
    stepsPerEpoch: perEpoch,
    identity: runIdentity(config, data, masking, model.description),
    reports: {
      train: encoded.report,
      ...(heldOutData === undefined ? {} : { evaluation: heldOutData.report }),
    },
    batchesOf,
    heldOut,
    trainExamples: encoded.rows.flat(),
    all: { examples: rows.flat(), fingerprint: await fingerprintExamples(rows) },
  };
}

import type { BackendSubject } from './backend-subject.js';
import { checkCausality, checkFewScoredTokens, checkLayouts } from './check-batches.js';
import { checkDescription, checkDiagnosis, checkMemoryPlan } from './check-description.js';
import { checkDistributions, checkReferenceTerm, checkTemperedTerm } from './check-distributions.js';
import {
  checkBatchedGeneration,
  checkEndIds,
  checkGenerationProgress,
  checkGreedy,
  checkLengths,
  checkRefusedPrompts,
  checkSampling,
  checkSeeds,
} from './check-generation.js';
import { checkFinishedPrompts, checkUntil } from './check-generation-callbacks.js';
import { checkMinP, checkPromptSeeds, checkRepetitionPenalty } from './check-sampling-options.js';
import {
  checkAccumulation,
  checkClearing,
  checkGradients,
  checkHeldForward,
  checkLinearity,
  checkSingleTokens,
  checkZeroWeights,
} from './check-gradients.js';
import { checkDispose, checkRefusedModels } from './check-opening.js';
import { checkForeignModelState, checkSave, checkSavedConfig, checkState } from './check-saving.js';
import { checkRequestedSignals, checkScore, checkSignals } from './check-signals.js';
import {
  checkClipping,
  checkNonFiniteGradient,
  checkUpdate,
  checkWeightDecay,
  checkZeroLearningRate,
} from './check-update.js';

/** One thing that the contract of `ModelBackend` and `TrainableModel` asks for. */
export interface BackendCheck {
  /** What holds where it passes. */
  readonly title: string;
  /** Its numbers depend on the architecture, so that it is run on each. */
  readonly eachModel: boolean;
  /** @throws ConformanceError where the backend is against the contract */
  run(subject: BackendSubject): Promise<void>;
}

const each = (title: string, run: BackendCheck['run']): BackendCheck => ({ title, eachModel: true, run });
const once = (title: string, run: BackendCheck['run']): BackendCheck => ({ title, eachModel: false, run });

/** Everything that a backend is held to, by name. They need nothing of vitest. */
export const backendChecks = {
  description: each('the description says what the directory says', checkDescription),
  diagnosis: once('diagnose finds something that works', checkDiagnosis),
  memoryPlan: once('a memory plan adds up', checkMemoryPlan),
  refusedModels: once('directories that are no model are refused by name', checkRefusedModels),
  dispose: once('dispose may be called twice', checkDispose),
  signals: each('signals are those of float64 distributions', checkSignals),
  requestedSignals: once('signals are computed on request', checkRequestedSignals),
  score: once('score gives what forward gives', checkScore),
  layouts: each('packing, padding and order change nothing', checkLayouts),
  causality: each('later tokens change nothing', checkCausality),
  fewScoredTokens: each('a batch may score few tokens or none', checkFewScoredTokens),
  gradients: each('gradients are those of float64', checkGradients),
  linearity: once('gradients are linear in the weights', checkLinearity),
  zeroWeights: once('weights of 0 leave no gradient', checkZeroWeights),
  singleTokens: once('each token has its own gradient', checkSingleTokens),
  accumulation: once('micro-batches add up', checkAccumulation),
  clearing: once('update, clearGradients and release leave no gradient', checkClearing),
  heldForward: once('one forward pass is held at a time', checkHeldForward),
  update: each('steps are those of AdamW in float64', checkUpdate),
  clipping: once('the scaled gradient is clipped by its norm', checkClipping),
  weightDecay: each('weight decay is for matrices', checkWeightDecay),
  zeroLearningRate: once('a learning rate of 0 changes nothing', checkZeroLearningRate),
  nonFiniteGradient: once('a gradient that is not finite changes nothing', checkNonFiniteGradient),
  distributions: each('distributions are those of float64', checkDistributions),
  temperedTerm: once('a second term towards a tempered distribution', checkTemperedTerm),
  referenceTerm: once('a second term towards a reference model', checkReferenceTerm),
  greedy: each('greedy tokens are the most probable', checkGreedy),
  batchedGeneration: each('prompts together are continued as alone', checkBatchedGeneration),
  sampling: once('temperature, topK and topP', checkSampling),
  minP: once('minP', checkMinP),
  repetitionPenalty: each('the penalty of repetition', checkRepetitionPenalty),
  seeds: once('equal seeds give equal texts', checkSeeds),
  promptSeeds: once('a seed for each prompt', checkPromptSeeds),
  lengths: once('maxTokens and the end of positions', checkLengths),
  endIds: once('end ids, given or the model’s own', checkEndIds),
  refusedPrompts: once('prompts that cannot be continued are refused', checkRefusedPrompts),
  until: once('a prompt ends where the caller says', checkUntil),
  finishedPrompts: once('a prompt is reported as soon as it is finished', checkFinishedPrompts),
  generationProgress: once('progress rises to the last token', checkGenerationProgress),
  save: each('a saved model opens again', checkSave),
  savedConfig: each('a saved model keeps its configuration', checkSavedConfig),
  state: each('a resumed run goes on exactly', checkState),
  foreignState: once('the state of another model is refused', checkForeignModelState),
} as const satisfies Readonly<Record<string, BackendCheck>>;

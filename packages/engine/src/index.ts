export { frozenParameters } from './adapter/frozen-parameters.js';
export { DropoutMasks, dropoutMasksOf, withoutDropout } from './adapter/dropout-masks.js';

export { floatTensor, intTensor, type FloatTensor, type HostTensor, type IntTensor } from './runtime/host-tensor.js';
export type { CompiledProgram, Runtime, Value, ValueBuffer, Values } from './runtime/runtime.js';
export { CompiledPrograms } from './runtime/compiled-programs.js';

export type {
  DueLayer,
  Embedding,
  Head,
  HeadPass,
  HeadSignalArrays,
  LayerPasses,
  PlacedTokens,
  TrainedLayers,
} from './passes/passes.js';
export { Transformer, type TransformerParts } from './passes/transformer.js';
export {
  LayerRunner,
  passFeeds,
  type LayerKeyValues,
  type LayerParameters,
  type LayerPass,
  type LayerWeights,
  type ParameterValues,
  type WeightValues,
} from './passes/layer-runner.js';
export { batchInputs, masked, rotaryInputs, type BatchInputs, type RotaryInputs } from './passes/batch-inputs.js';
export { expectedRanks } from './passes/expected-rank.js';
export { normSums, normWeights, type FinalNorm } from './passes/final-norm.js';
export {
  decays,
  groupParameters,
  type FrozenStorage,
  type ParameterDeclaration,
  type ParameterKind,
  type ParameterPart,
  type ParameterSet,
  type StoredParameter,
} from './passes/parameters.js';
export {
  firstKeptLayer,
  passOptionsOf,
  passOptionSchemas,
  type BudgetOf,
  type PassBudget,
} from './passes/pass-budget.js';

export type { DropoutState, Engine, Optimizer } from './model/engine.js';
export { EngineModel, type SavedAdapter, type SaveOptions } from './model/engine-model.js';
export { openEngineModel, type MakeEngine } from './model/open-engine-model.js';
export { initialLossScale, LossScale, type LossScaleState } from './model/loss-scale.js';
export { scaledLoss, type ScaledLoss } from './model/scaled-loss.js';
export { signalArrays, tokenSignals } from './model/token-signals.js';

export { chooseToken } from './generation/choose-token.js';
export {
  greedyToken,
  tokenDistribution,
  type Choice,
  type TokenDistribution,
} from './generation/token-distribution.js';
export {
  cacheBudget,
  cacheOptionsOf,
  cacheOptionSchemas,
  defaultCacheOptions,
  type CacheBudget,
  type CacheOptions,
} from './generation/cache-budget.js';
export { continuePrompts, type Continuation } from './generation/continue-prompts.js';
export { prefillPasses, type PrefillPass } from './generation/prefill-passes.js';
export type { PromptDecoder } from './generation/prompt-decoder.js';
export { generate } from './generation/generate.js';
export type { DecodingCache, MakeCache } from './generation/decoding-cache.js';

export { adamwNumbers, adamwProgram, squaresProgram } from './device/adamw-programs.js';
export { deviceEngine, type DeviceEngineOptions } from './device/device-engine.js';
export type { DeviceParameter } from './device/device-parameter.js';
export { DevicePlace, type DeviceMemory } from './device/device-place.js';
export { placingProgram, valueBuffer, type Place } from './device/placing-program.js';
export type { DeviceProgram, DeviceRuntime, DeviceValue, HostResults } from './device/device-runtime.js';

export { allocatorEnvironment } from './process/allocator-environment.js';
export { deathError } from './process/process-death.js';
export { FrozenProcessModel, openFrozenModelProcess } from './process/frozen-process-model.js';
export { processEntry, type ProcessEntry } from './process/process-entry.js';
export { openModelProcess, ProcessModel } from './process/process-model.js';
export { startProcess, type EngineModule } from './process/start-process.js';

export { ConformanceError } from './problem.js';
export { tokenSignals, type PartialSignals } from './signals/token-signals.js';
export { extremeSignals, randomSignals } from './signals/made-up-signals.js';
export {
  centralDifferences,
  softmaxModel,
  type LossTerm,
  type SoftmaxModel,
  type SoftmaxModelOptions,
} from './softmax-model/softmax-model.js';
export { signalsOfToken } from './softmax-model/signals-of-token.js';
export {
  testVocabulary,
  type AnyMaskingPlugin,
  type RuleSubject,
  type TestContext,
} from './masking-rule/rule-subject.js';
export { checkContract } from './masking-rule/check-contract.js';
export { checkGoldenVector, type GoldenVector } from './masking-rule/check-golden-vector.js';
export { checkMicroBatches, checkPermutation } from './masking-rule/check-batches.js';
export { checkRepeatable, checkSignalsUntouched } from './masking-rule/check-purity.js';
export { checkDetachment, compareGradients, type GradientComparison } from './masking-rule/check-detachment.js';
export { checkForeignState, checkResumption, checkStateIsJson } from './masking-rule/check-state.js';
export { describeMaskingRule, type RuleCase, type RuleSuite } from './testing-suites/describe-masking-rule.js';
export {
  checkFingerprintTells,
  checkOrigins,
  checkReload,
  checkRows,
  type AnyDatasetPlugin,
  type DatasetSubject,
} from './dataset/check-dataset.js';
export { describeDataset, type DatasetSuite } from './testing-suites/describe-dataset.js';
export {
  checkProgress,
  checkRepeatableEvaluation,
  checkResult,
  type AnyEvaluatorPlugin,
  type EvaluatorSubject,
  type ExpectedEvaluation,
} from './evaluator/check-evaluator.js';
export { evaluationContext, oneBatchEach } from './evaluator/evaluation-context.js';
export { bigramLanguageModel } from './language-model/bigram-language-model.js';
export { characterTokenizer } from './language-model/character-tokenizer.js';
export { describeEvaluator, type EvaluatorCase, type EvaluatorSuite } from './testing-suites/describe-evaluator.js';
export {
  type DeviceRuntimeSubject,
  type HostRuntimeSubject,
  type OpenRuntime,
  withDeviceRuntime,
  withHostRuntime,
} from './runtime/runtime-subject.js';
export { operationCases } from './runtime/operation-cases.js';
export type { CaseInput, ProgramCase } from './runtime/program-case.js';
export { checkEveryOperationHasCases, checkOperation, checkProgramCase } from './runtime/check-operations.js';
export {
  checkBuffer,
  checkIntegerInputs,
  checkLeaks,
  checkPlacedValues,
  checkMatrixRows,
  checkSharedOutputs,
  checkSumsInPlace,
  checkTrainingProgram,
} from './runtime/check-values.js';
export {
  checkDeviceLeaks,
  checkJoin,
  checkRowsOfAnyRank,
  checkRunForHost,
  checkTransfers,
  checkZeros,
} from './runtime/check-device-values.js';
export { describeHostRuntime, describeRuntime } from './testing-suites/describe-runtime.js';
export { batchOfSequences } from './language-model/batch-of-sequences.js';
export { relativeError } from './numbers/relative-error.js';

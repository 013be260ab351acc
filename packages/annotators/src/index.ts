export { annotators } from './annotators.js';
export { generatedLabels } from './generated-labels.js';
export { referenceAgreement } from './reference-agreement.js';
export { openaiJudge } from './openai-judge/openai-judge.js';
export { JudgeError } from './openai-judge/judge-error.js';
export { annotateItems, type AnnotateOptions, type AnnotationOutcome } from './run/annotate-items.js';
export { labelTokens, type LabelledToken } from './tokens/label-tokens.js';
export {
  analyseLabels,
  defaultThresholds,
  type AnalysisOptions,
  type DetectorPoint,
  type LabelAnalysis,
  type LabelledProbabilities,
  type LabelSummary,
} from './analysis/analyse-labels.js';
export type { PermutationTest } from './analysis/permutation-test.js';

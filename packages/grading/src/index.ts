export { answerKinds, extractAnswer, type AnswerKind } from './extraction/extract-answer.js';
export { compareAnswers, equivalent, type EquivalenceOptions, type Verdict } from './equivalence/equivalent.js';
export { gradeMathematics, type Grade, type GradeOptions } from './grade-mathematics.js';
export { hendrycksEquivalent, hendrycksForm } from './hendrycks/hendrycks-form.js';

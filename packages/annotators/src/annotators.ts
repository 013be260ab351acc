import { generatedLabels } from './generated-labels.js';
import { openaiJudge } from './openai-judge/openai-judge.js';
import { referenceAgreement } from './reference-agreement.js';

/** Every annotator of this package, for `createRegistry({ annotators })`. */
export const annotators: readonly [typeof openaiJudge, typeof referenceAgreement, typeof generatedLabels] = [
  openaiJudge,
  referenceAgreement,
  generatedLabels,
];

import { exactMatch } from './exact-match.js';
import { humaneval } from './humaneval/humaneval.js';
import { ifeval } from './ifeval/ifeval.js';
import { aime24 } from './mathematics/aime24.js';
import { gpqaDiamond } from './mathematics/gpqa-diamond.js';
import { gsm8k } from './mathematics/gsm8k.js';
import { math500 } from './mathematics/math500.js';
import { arcChallenge } from './multiple-choice/arc-challenge.js';
import { arcChallengeGeneration } from './multiple-choice/arc-challenge-generation.js';
import { hellaswag } from './multiple-choice/hellaswag.js';
import { hellaswagGeneration } from './multiple-choice/hellaswag-generation.js';
import { mmluPro } from './multiple-choice/mmlu-pro.js';
import { mmluProLikelihood } from './multiple-choice/mmlu-pro-likelihood.js';
import { bleuChrf } from './overlap/bleu-chrf.js';
import { perplexity } from './perplexity.js';

/** Every evaluator of this package, for `createRegistry({ evaluators })`. */
export const evaluators: readonly [
  typeof perplexity,
  typeof exactMatch,
  typeof bleuChrf,
  typeof ifeval,
  typeof gsm8k,
  typeof math500,
  typeof aime24,
  typeof gpqaDiamond,
  typeof arcChallenge,
  typeof arcChallengeGeneration,
  typeof hellaswag,
  typeof hellaswagGeneration,
  typeof mmluPro,
  typeof mmluProLikelihood,
  typeof humaneval,
] = [
  ...([perplexity, exactMatch, bleuChrf, ifeval, gsm8k, math500, aime24, gpqaDiamond] as const),
  ...([arcChallenge, arcChallengeGeneration, hellaswag, hellaswagGeneration, mmluPro, mmluProLikelihood] as const),
  humaneval,
];

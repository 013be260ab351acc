import { exactMatch } from './exact-match.js';
import { ifeval } from './ifeval/ifeval.js';
import { aime24 } from './mathematics/aime24.js';
import { gpqaDiamond } from './mathematics/gpqa-diamond.js';
import { gsm8k } from './mathematics/gsm8k.js';
import { math500 } from './mathematics/math500.js';
import { perplexity } from './perplexity.js';

/** Every evaluator of this package, for `createRegistry({ evaluators })`. */
export const evaluators: readonly [
  typeof perplexity,
  typeof exactMatch,
  typeof ifeval,
  typeof gsm8k,
  typeof math500,
  typeof aime24,
  typeof gpqaDiamond,
] = [perplexity, exactMatch, ifeval, gsm8k, math500, aime24, gpqaDiamond];

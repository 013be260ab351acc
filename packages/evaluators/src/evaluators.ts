import { exactMatch } from './exact-match.js';
import { ifeval } from './ifeval/ifeval.js';
import { perplexity } from './perplexity.js';

/** Every evaluator of this package, for `createRegistry({ evaluators })`. */
export const evaluators: readonly [typeof perplexity, typeof exactMatch, typeof ifeval] = [
  perplexity,
  exactMatch,
  ifeval,
];

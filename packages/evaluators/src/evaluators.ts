import { exactMatch } from './exact-match.js';
import { perplexity } from './perplexity.js';

/** Every evaluator of this package, for `createRegistry({ evaluators })`. */
export const evaluators: readonly [typeof perplexity, typeof exactMatch] = [perplexity, exactMatch];

export { perplexity } from './perplexity.js';
export { exactMatch } from './exact-match.js';
export { evaluators } from './evaluators.js';

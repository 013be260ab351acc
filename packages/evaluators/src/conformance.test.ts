/** Our evaluators under the kit that authors of evaluators are given. */
import { describeEvaluator } from '@profit-sft/testing';
import { exactMatch } from './exact-match.js';
import { bleuChrf } from './overlap/bleu-chrf.js';
import { perplexity } from './perplexity.js';

// One item for each reference: two of the three sums have one, the third two.
describeEvaluator(perplexity, { cases: [{ headline: 'meanNll', items: 4 }] });
describeEvaluator(exactMatch, { options: { maxTokens: 4 }, cases: [{ headline: 'accuracy', items: 3 }] });
describeEvaluator(bleuChrf, { options: { maxTokens: 4 }, cases: [{ headline: 'bleu', items: 3 }] });

import { exactMatch, perplexity } from '@profit-sft/evaluators';
import { describeEvaluator } from './describe-evaluator.js';

describeEvaluator(perplexity, {
  cases: [
    { name: 'prompts', headline: 'meanNll', items: 4, metrics: { tokens: 18 } },
    { name: 'texts', rows: [{ text: 'one' }, { text: 'two' }], items: 2, metrics: { tokens: 8 } },
  ],
});
describeEvaluator(exactMatch, {
  options: { maxTokens: 4 },
  cases: [
    { name: 'greedy', headline: 'accuracy', items: 3 },
    { name: 'sampling', options: { maxTokens: 4, temperature: 1 } },
  ],
});

import { defineEvaluator, schema } from '@profit-sft/core';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { evaluateBoxed } from './boxed-benchmark.js';

/** The maxTokens of `greedy` is that of Qwen2.5-Math's evaluation, that of `profit` the paper's. */
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 2048 },
  profit: { ...decodingPresets.profit, maxTokens: 8192 },
};

/**
 * MATH-500: 500 problems of MATH (arXiv 2103.03874) as chosen by arXiv 2305.20050.
 *
 * Prompt: `evaluateBoxed`, no examples. Decoding: greedy, 2,048 tokens, as in Qwen2.5-Math's evaluation; `profit` has 8
 * answers of up to 8,192 tokens. Metric: the share of answers that are equivalent to the reference.
 *
 * Rows: prompt and completion, the latter an answer or a solution with `\boxed{…}`. Metrics and items as those of `gsm8k`.
 * @throws InvalidDataError when no row can be graded
 */
export const math500 = defineEvaluator({
  name: 'math500',
  description: 'competition problems in mathematics, graded by equivalence of the boxed answer',
  source: 'MATH-500 (arXiv 2103.03874, arXiv 2305.20050); prompt of Qwen2.5-Math',
  options: schema.object(repeatedDecodingOptions(['greedy', 'profit'], 'greedy')),
  create({ decoding, ...overrides }) {
    const resolved = resolveDecoding('math500', presets[decoding], overrides);
    return { evaluate: (context) => evaluateBoxed(context, 'math500', resolved) };
  },
});

import { defineEvaluator, schema } from '@profit-sft/core';
import { decodingPresets, repeatedDecodingOptions, resolveDecoding } from '../generation/decoding.js';
import { evaluateBoxed } from './boxed-benchmark.js';

/** The maxTokens of `greedy` is that of Qwen2.5-Math's evaluation, that of `profit` the paper's for AIME. */
const presets = {
  greedy: { ...decodingPresets.greedy, maxTokens: 2048 },
  profit: { ...decodingPresets.profit, maxTokens: 32_768, repeats: 32 },
};

/**
 * AIME 2024: the 30 problems of both papers, whose answers are whole numbers from 0 to 999.
 *
 * Prompt: `evaluateBoxed`, no examples. Decoding: `profit`, avg@32 with up to 32,768 tokens, as ProFit reports it (arXiv
 * 2601.09195): one pass over 30 problems says little. `greedy` is Qwen2.5-Math's, 2,048 tokens. Metric: the share of answers
 * that are equivalent to the reference.
 *
 * Rows: prompt and completion, the latter an answer or a solution with `\boxed{…}`. Metrics and items as those of `gsm8k`.
 * @throws InvalidDataError when no row can be graded
 */
export const aime24 = defineEvaluator({
  name: 'aime24',
  description: 'the problems of AIME 2024, 32 answers to each',
  source: 'AIME 2024 I and II (MAA); prompt of Qwen2.5-Math, decoding of ProFit (arXiv 2601.09195, appendix B)',
  options: schema.object(repeatedDecodingOptions(['greedy', 'profit'], 'profit')),
  create({ decoding, ...overrides }) {
    const resolved = resolveDecoding('aime24', presets[decoding], overrides);
    return { evaluate: (context) => evaluateBoxed(context, 'aime24', resolved) };
  },
});

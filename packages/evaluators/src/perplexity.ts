import { defineEvaluator, NonFiniteError, ProfitError, schema } from '@profit-sft/core';

/**
 * Mean negative log-likelihood of the reference tokens under teacher forcing, and its exponential.
 *
 *     meanNll = −(1/N) Σ_t log p_t  (nats per token, over all targets of the data set)      perplexity = exp(meanNll)
 *
 * Every reference of a row counts. `sequenceNll` is the mean over examples of each one's mean, so that a short one counts as much as a
 * long one. Items: one per example, `{ row, tokens, meanNll }`.
 * @throws NonFiniteError when the model gives a NLL that is not finite; names the row.
 */
export const perplexity = defineEvaluator({
  name: 'perplexity',
  description: 'mean NLL per response token in nats, and perplexity',
  source: 'perplexity = exp(mean negative log-likelihood), token-weighted',
  options: schema.object({}),
  create: () => ({
    async evaluate({ model, dataset, examples, pack, onProgress }) {
      const tokens = new Float64Array(examples.length);
      const nll = new Float64Array(examples.length);
      const total = examples.reduce((sum, { target }) => sum + target.reduce((count, flag) => count + flag, 0), 0);
      if (total === 0) throw new ProfitError('data', 'the data set has no response tokens to evaluate');
      let probability = 0;
      let done = 0;
      for (const batch of pack(examples)) {
        const { length, sequence, logProb } = await model.score(batch, []);
        for (let token = 0; token < length; token++) {
          const example = sequence[token];
          if (!Number.isFinite(logProb[token])) {
            throw new NonFiniteError(`the NLL of ${dataset.origin(examples[example].row)}`, {
              hint: 'The model directory may be damaged, or training diverged.',
            });
          }
          tokens[example] += 1;
          nll[example] -= logProb[token];
          probability += Math.exp(logProb[token]);
        }
        done += length;
        onProgress?.(done, total);
      }
      const meanNll = nll.reduce((sum, value) => sum + value, 0) / done;
      const ofExamples = [...nll.keys()].flatMap((example) =>
        tokens[example] === 0 ? [] : [nll[example] / tokens[example]],
      );
      return {
        metrics: {
          meanNll,
          perplexity: Math.exp(meanNll),
          meanProb: probability / done,
          sequenceNll: ofExamples.reduce((sum, value) => sum + value, 0) / ofExamples.length,
          tokens: done,
          items: examples.length,
        },
        items: examples.map(({ row }, example) => ({
          row,
          tokens: tokens[example],
          meanNll: tokens[example] === 0 ? null : nll[example] / tokens[example],
        })),
      };
    },
  }),
});

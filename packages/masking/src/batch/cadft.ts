import { defineMaskingRule, schema } from '@profit-sft/core';
import { normaliserOption } from '../normaliser-option.js';
import { probabilityOf } from '../probability/probability-of.js';
import { sequenceLosses, type SequenceLoss } from './sequence-losses.js';

/** z-scores of the sequences' losses, with the standard deviation of the population; 0 where all are equal. */
function zScores(sequences: readonly SequenceLoss[]): number[] {
  const mean = sequences.reduce((sum, { meanLoss }) => sum + meanLoss, 0) / sequences.length;
  const variance = sequences.reduce((sum, { meanLoss }) => sum + (meanLoss - mean) ** 2, 0) / sequences.length;
  const deviation = Math.sqrt(variance);
  // Rounding gives equal losses a deviation just above 0, and dividing by it would make z-scores of nothing.
  if (!(deviation > 1e-9 * Math.max(1, mean))) return sequences.map(() => 0);
  return sequences.map(({ meanLoss }) => (meanLoss - mean) / deviation);
}

/**
 * CADFT, arXiv 2606.11206: `dft`, with sequences that are harder than usual in the step weighted down.
 *
 *     w_t = p_t · exp(−β · max(0, z)),   z = the z-score of the sequence's mean −log p over the step's sequences
 *
 * β = 1; β = 0 is `dft`. z uses the population's standard deviation (official code was not found), and is 0 where it is 0.
 * Signal: log p. Scope: step. Normaliser: all tokens (ours; the authors' is not known).
 */
export const cadft = defineMaskingRule({
  name: 'cadft',
  description: 'weight is p, less in sequences whose loss is above the mean of the step',
  source: 'arXiv 2606.11206 (CADFT)',
  options: schema.object({
    beta: schema.number({ minimum: 0, default: 1, description: 'β, how much hard sequences lose; 0 is dft' }),
    normaliser: normaliserOption(),
  }),
  binary: false,
  scope: 'step',
  create: ({ beta, normaliser }) => ({
    normaliser,
    weigh(signals) {
      const weights = new Float32Array(signals.length);
      const sequences = sequenceLosses(signals);
      const scores = zScores(sequences);
      sequences.forEach(({ start, end }, index) => {
        const factor = Math.exp(-beta * Math.max(0, scores[index]));
        for (let token = start; token < end; token++) weights[token] = probabilityOf(signals.logProb[token]) * factor;
      });
      return weights;
    },
  }),
});

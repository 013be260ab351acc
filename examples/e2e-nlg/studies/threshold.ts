/** τ from 0.1 to 0.9, keeping the probable tokens and keeping the others. */
import { metrics, oneReference, overlap, seed } from './shared.js';

const thresholds = [0.1, 0.3, 0.5, 0.7, 0.9];
const keeping = (sign: string, direction: 'high' | 'low') =>
  Object.fromEntries(
    thresholds.map((threshold) => [`p ${sign} ${threshold}`, { masking: { name: 'profit', threshold, direction } }]),
  );

export default () => ({
  run: oneReference(),
  axes: { 'kept tokens': { sft: { masking: 'sft' }, ...keeping('>', 'high'), ...keeping('≤', 'low') }, seed },
  baseline: { 'kept tokens': 'sft' },
  evaluations: { overlap },
  metrics,
});
